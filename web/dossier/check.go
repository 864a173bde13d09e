package dossier

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// check refuses what cannot be printed, naming the field.
func (r *Report) check() error {
	if r == nil {
		return dealmap.Invalid("report", "il n’y a rien à imprimer")
	}
	switch {
	case strings.TrimSpace(r.Territory.Name) == "":
		return dealmap.Invalid("territory.name", "le nom du territoire manque")
	case strings.TrimSpace(r.Handling) == "":
		return dealmap.Invalid("handling", "la mention de diffusion manque")
	case r.AsOf.IsZero():
		return dealmap.Invalid("asof", "la date des chiffres manque")
	case r.Made.At.IsZero():
		return dealmap.Invalid("made.at", "le moment de l’édition manque")
	case !r.Previous.IsZero() && r.AsOf.Before(r.Previous):
		return dealmap.Invalid("previous", "la réunion précédente est après la date des chiffres")
	}
	for i, cell := range r.Heat.Cells {
		if cell.Class < -1 || cell.Class >= len(r.Heat.Classes) {
			return dealmap.Invalid(fmt.Sprintf("heat.cells[%d].class", i), "cette classe n’est pas dans la légende")
		}
	}
	for i, month := range r.Flows.Months {
		if len(month.Closed) != len(r.Flows.Reasons) {
			return dealmap.Invalid(fmt.Sprintf("flows.months[%d].closed", i), "il faut un nombre par motif de fermeture")
		}
	}
	return sound(reflect.ValueOf(*r), "")
}

// sound walks all values: whatever field is added later, no NaN, no infinity and no negative count can get onto paper.
func sound(v reflect.Value, path string) error {
	switch value := v.Interface().(type) {
	case orb.MultiPolygon:
		return soundArea(value, path)
	case orb.Point:
		return soundPoint(value, path)
	case Delta:
		return nil
	case Figure:
		if value.Known && value.Value < 0 {
			return dealmap.Invalid(path, "un nombre ne peut pas être négatif")
		}
		return nil
	}
	switch v.Kind() {
	case reflect.Float64:
		if x := v.Float(); math.IsNaN(x) || math.IsInf(x, 0) {
			return dealmap.Invalid(path, "ce n’est pas un nombre fini")
		}
	case reflect.Pointer:
		if !v.IsNil() {
			return sound(v.Elem(), path)
		}
	case reflect.Slice:
		for i := range v.Len() {
			if err := sound(v.Index(i), path+"["+strconv.Itoa(i)+"]"); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for field, of := range v.Fields() {
			if !field.IsExported() {
				continue
			}
			name := strings.ToLower(field.Name)
			if path != "" {
				name = path + "." + name
			}
			if err := sound(of, name); err != nil {
				return err
			}
		}
	}
	return nil
}

func soundArea(area orb.MultiPolygon, path string) error {
	for _, polygon := range area {
		for _, ring := range polygon {
			for _, p := range ring {
				if err := soundPoint(p, path); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func soundPoint(p orb.Point, path string) error {
	if !(math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90) {
		return dealmap.Invalid(path, "une position n’est pas en degrés WGS 84")
	}
	return nil
}
