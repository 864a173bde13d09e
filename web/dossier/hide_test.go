package dossier

import "reflect"

// hide withholds every figure of a report.
func hide(r *Report) {
	r.Suppression = Suppression{Applied: true, Threshold: 5}
	hideIn(reflect.ValueOf(r).Elem())
	for i := range r.Heat.Cells {
		r.Heat.Cells[i].Class = -1
	}
}

func hideIn(v reflect.Value) {
	switch v.Interface().(type) {
	case Figure, Rate, Delta:
		v.SetZero()
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			hideIn(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			hideIn(v.Index(i))
		}
	case reflect.Struct:
		for field, of := range v.Fields() {
			if field.IsExported() {
				hideIn(of)
			}
		}
	}
}
