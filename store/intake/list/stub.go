package list

func (in input) openZip() (opened, error)        { panic(1) }
func (in input) openGeoJSON() (opened, error)    { panic(1) }
func (in input) openGeoPackage() (opened, error) { panic(1) }
