package dossier

import (
	"io"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// TestNoNumberThatIsNoneGetsIn puts NaN and infinities into every float, and a negative count into every figure, of a report in turn.
func TestNoNumberThatIsNoneGetsIn(t *testing.T) {
	t.Parallel()
	r := sample(sampleSize{1, 2, 2})
	r.Heat.Cells = r.Heat.Cells[:2]
	tried := 0
	refused := func(path string, write func(io.Writer, *Report) error) {
		tried++
		err := write(io.Discard, r)
		if dealmap.KindOf(err) != dealmap.KindInvalid || !strings.Contains(err.Error(), strings.Split(path, ".")[0]) {
			t.Errorf("%s: %v", path, err)
		}
	}
	var walk func(v reflect.Value, path string)
	walk = func(v reflect.Value, path string) {
		if f, ok := v.Interface().(Figure); ok {
			v.Set(reflect.ValueOf(Count(-1)))
			refused(path, WriteXLSX)
			v.Set(reflect.ValueOf(f))
			return
		}
		switch v.Kind() {
		case reflect.Float64:
			was := v.Float()
			for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
				v.SetFloat(x)
				refused(path, WritePDF)
			}
			v.SetFloat(was)
		case reflect.Pointer:
			if !v.IsNil() {
				walk(v.Elem(), path)
			}
		case reflect.Array:
			walk(v.Index(0), path)
		case reflect.Slice:
			if v.Len() > 0 {
				walk(v.Index(v.Len()-1), path)
			}
		case reflect.Struct:
			for field, of := range v.Fields() {
				if field.IsExported() {
					walk(of, strings.TrimPrefix(path+"."+strings.ToLower(field.Name), "."))
				}
			}
		}
	}
	walk(reflect.ValueOf(r).Elem(), "")
	if tried < 80 {
		t.Errorf("only %d numbers were tried", tried)
	}
	if err := WritePDF(io.Discard, r); err != nil {
		t.Errorf("the report itself: %v", err)
	}
}

func TestReportsThatAreRefused(t *testing.T) {
	t.Parallel()
	for field, spoil := range map[string]func(*Report){
		"territory.name":         func(r *Report) { r.Territory.Name = " " },
		"handling":               func(r *Report) { r.Handling = "" },
		"asof":                   func(r *Report) { r.AsOf = dealmap.Date{} },
		"made.at":                func(r *Report) { r.Made.At = time.Time{} },
		"previous":               func(r *Report) { r.Previous = r.AsOf.AddDays(1) },
		"heat.cells[3].class":    func(r *Report) { r.Heat.Cells[3].Class = 5 },
		"flows.months[1].closed": func(r *Report) { r.Flows.Months[1].Closed = nil },
		"parts[7].outline":       func(r *Report) { r.Parts[7].Outline[0][0][0] = orb.Point{6_250_000, 900_000} },
		"figures.rate.now.value": func(r *Report) { r.Figures.Rate.Now = Measure(math.NaN()) },
		"parts[2].overdue":       func(r *Report) { r.Parts[2].Overdue = Count(-3) },
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			r := sample(rich)
			spoil(r)
			if err := WritePDF(io.Discard, r); dealmap.KindOf(err) != dealmap.KindInvalid || !strings.Contains(err.Error(), field+" : ") {
				t.Errorf("%v", err)
			}
		})
	}
	if err := WriteXLSX(io.Discard, nil); dealmap.KindOf(err) != dealmap.KindInvalid {
		t.Errorf("nothing: %v", err)
	}
}

// TestAReportHoldsAggregatesOnly: of all that a report may hold, only outlines and the centre of a territory have positions, and
// of the domain's types there are only those that name a day and a territory.
func TestAReportHoldsAggregatesOnly(t *testing.T) {
	t.Parallel()
	fields := 0
	var walk func(of reflect.Type, path string)
	walk = func(of reflect.Type, path string) {
		switch of {
		case reflect.TypeFor[orb.MultiPolygon](), reflect.TypeFor[dealmap.Date](), reflect.TypeFor[dealmap.TerritoryCode](), reflect.TypeFor[time.Time]():
			return
		case reflect.TypeFor[orb.Point]():
			if path != "Report.Parts.Centre" {
				t.Errorf("%s is a position", path)
			}
			return
		}
		if strings.Contains(of.PkgPath(), "dealmap") && of.PkgPath() != reflect.TypeFor[Report]().PkgPath() {
			t.Errorf("%s is a %v of the domain", path, of)
		}
		switch of.Kind() {
		case reflect.Pointer, reflect.Slice:
			walk(of.Elem(), path)
		case reflect.Struct:
			for field := range of.Fields() {
				fields++
				walk(field.Type, path+"."+field.Name)
			}
		case reflect.Interface, reflect.Map, reflect.Func:
			t.Errorf("%s may hold anything", path)
		}
	}
	walk(reflect.TypeFor[Report](), "Report")
	if fields < 80 {
		t.Errorf("only %d fields were looked at", fields)
	}
}
