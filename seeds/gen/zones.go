package main

// zones is the table of the zones de défense et de sécurité: code de la défense, art. R*1211-4 (metropole; seats and limits
// as of décret 2015-1625) and R*1211-8 (overseas). Every zone is made of whole régions, by their INSEE codes, or of
// collectivités d'outre-mer, by theirs. Saint-Pierre-et-Miquelon (975) and Clipperton (989) are in none.
var zones = []struct {
	code, name    string
	regions       []string
	collectivites []string
}{
	{code: "paris", name: "Zone Paris", regions: []string{"11"}},
	{code: "nord", name: "Zone Nord", regions: []string{"32"}},
	{code: "ouest", name: "Zone Ouest", regions: []string{"24", "28", "52", "53"}},
	{code: "est", name: "Zone Est", regions: []string{"27", "44"}},
	{code: "sud-est", name: "Zone Sud-Est", regions: []string{"84"}},
	{code: "sud-ouest", name: "Zone Sud-Ouest", regions: []string{"75"}},
	{code: "sud", name: "Zone Sud", regions: []string{"76", "93", "94"}},
	{code: "antilles", name: "Zone Antilles", regions: []string{"01", "02"}, collectivites: []string{"977", "978"}},
	{code: "guyane", name: "Zone Guyane", regions: []string{"03"}},
	{code: "sud-ocean-indien", name: "Zone Sud de l'océan Indien", regions: []string{"04", "06"}, collectivites: []string{"984"}},
	{code: "nouvelle-caledonie", name: "Zone Nouvelle-Calédonie", collectivites: []string{"986", "988"}},
	{code: "polynesie-francaise", name: "Zone Polynésie française", collectivites: []string{"987"}},
}

// zoneOf returns the zone's code of a région or of a collectivité d'outre-mer, empty when it is in none.
func zoneOf(code string) string {
	for _, z := range zones {
		for _, members := range [][]string{z.regions, z.collectivites} {
			for _, m := range members {
				if m == code {
					return "zone:" + z.code
				}
			}
		}
	}
	return ""
}
