package geo

import (
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"
)

// OutlineOptions says how outline files are read.
type OutlineOptions struct {
	// Level is the level of every feature of the files.
	Level dealmap.Level
	// Year is the vintage of the codes; when 0 it is taken from the name of the file (communes2018.tgz), if it is there.
	Year int
	// Current, when given, tells which communes have merged since; they are listed in the report.
	Current *Territories
	// Progress is called after each file, or file of an archive, with the number of features read so far.
	Progress func(file string, features int)
	// limits are for tests; the zero value is the default.
	limits limits
}

// OutlineReport says what was done with the features of the files.
type OutlineReport struct {
	Files, Features int
	// Valid counts the outlines taken as they are.
	Valid int
	// Repaired and Refused name each invalid one, in the order of the files.
	Repaired, Refused []OutlineNote
	// Former are the communes of an older vintage, which Current does not have. They are kept with their year and never hide
	// a current commune.
	Former []dealmap.TerritoryCode
}

// OutlineNote is about one feature. Reason is in French, for the person who imports.
type OutlineNote struct {
	File    string
	Feature int // from 1, in its file
	Code    dealmap.TerritoryCode
	Reason  string
}

func (n OutlineNote) String() string {
	return fmt.Sprintf("%s, objet %d (%s) : %s", n.File, n.Feature, n.Code, n.Reason)
}

// outlineJob is one feature on its way through validation.
type outlineJob struct {
	note      OutlineNote
	territory Territory
	repaired  bool
	refused   bool
}

var yearInName = regexp.MustCompile(`(?:^|\D)((?:19|20)\d\d)(?:\D|$)`)

// ReadOutlines reads territories with their outlines from GeoJSON files, plain, gzipped or in a tar archive (.tgz), and from
// arrays of objects with their rings under g. Every invalid outline is repaired or refused on its own, and the report says
// which; the error is for files that cannot be read, and names the file and the feature.
func ReadOutlines(paths []string, o OutlineOptions) ([]Territory, OutlineReport, error) {
	if _, ok := codeShapes[o.Level]; !ok {
		return nil, OutlineReport{}, dealmap.Invalid("level", fmt.Sprintf("« %s » : niveau sans contours (reg, dep, arr, com, qpv ou qrr)", o.Level))
	}
	reader := featureReader{limits: o.limits.orDefault()}
	var report OutlineReport
	var jobs []*outlineJob
	workers := &errgroup.Group{}
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for _, path := range paths {
		err := reader.readPath(path, func(file string, number int, f *featureJSON) error {
			report.Features++
			job := newOutlineJob(file, number, f, o)
			jobs = append(jobs, job)
			workers.Go(func() error { job.mend(); return nil })
			return nil
		}, func(file string) {
			report.Files++
			if o.Progress != nil {
				o.Progress(file, report.Features)
			}
		})
		if err != nil {
			return nil, report, errors.Join(err, workers.Wait())
		}
	}
	if err := workers.Wait(); err != nil {
		return nil, report, err
	}
	return collect(jobs, report, o)
}

// collect keeps the outlines that can be used, the first of each code.
func collect(jobs []*outlineJob, report OutlineReport, o OutlineOptions) ([]Territory, OutlineReport, error) {
	var list []Territory
	seen := map[dealmap.TerritoryCode]bool{}
	for _, job := range jobs {
		code := job.territory.Code
		if !job.refused && seen[code] {
			job.refuse("ce code a déjà été lu")
		}
		if job.refused {
			report.Refused = append(report.Refused, job.note)
			continue
		}
		seen[code] = true
		if job.repaired {
			report.Repaired = append(report.Repaired, job.note)
		} else {
			report.Valid++
		}
		if o.Current != nil && o.Level == dealmap.LevelCommune {
			if _, former := o.Current.IsFormer(code.ID()); former {
				report.Former = append(report.Former, code)
			}
		}
		list = append(list, job.territory)
	}
	if len(list) == 0 {
		if len(report.Refused) > 0 {
			return nil, report, fmt.Errorf("aucun contour utilisable ; le premier refusé : %s", report.Refused[0])
		}
		return nil, report, errors.New("aucun contour dans les fichiers")
	}
	slices.SortFunc(list, func(a, b Territory) int { return strings.Compare(string(a.Code), string(b.Code)) })
	slices.Sort(report.Former)
	return list, report, nil
}

func newOutlineJob(file string, number int, f *featureJSON, o OutlineOptions) *outlineJob {
	job := &outlineJob{note: OutlineNote{File: file, Feature: number}}
	id := f.code(o.Level)
	code := dealmap.TerritoryCode(string(o.Level) + ":" + id)
	job.note.Code = code
	if !codeShapes[o.Level].MatchString(id) {
		job.refuse(fmt.Sprintf("« %.24s » n’est pas un code de niveau %s", id, o.Level))
		return job
	}
	year := o.Year
	if match := yearInName.FindStringSubmatch(file); year == 0 && match != nil {
		year, _ = strconv.Atoi(match[1])
	}
	job.territory = Territory{Code: code, Name: f.name(o.Level), Year: year, Parent: f.parent(o.Level)}
	area, err := f.outline()
	if err != nil {
		job.refuse(err.Error())
		return job
	}
	job.territory.Outline = area
	return job
}

func (j *outlineJob) refuse(reason string) {
	j.refused, j.repaired = true, false
	j.note.Reason = reason
}

// mend checks the outline and repairs it when it is not valid.
func (j *outlineJob) mend() {
	if j.refused {
		return
	}
	area, reason, err := repair(j.territory.Outline)
	switch {
	case err != nil:
		j.refuse(err.Error())
	case reason != "":
		j.repaired = true
		j.note.Reason = reason
	}
	j.territory.Outline = area
	if !j.refused {
		j.territory.Centre, j.territory.HasCentre = centreOf(area)
		j.territory.AreaKM2 = areaKM2(area)
	}
}

// outOfRange returns the first position that is not a longitude and a latitude.
func outOfRange(area orb.MultiPolygon) (orb.Point, bool) {
	for _, polygon := range area {
		for _, ring := range polygon {
			for _, p := range ring {
				if !(p[0] >= -180 && p[0] <= 180 && p[1] >= -90 && p[1] <= 90) {
					return p, true
				}
			}
		}
	}
	return orb.Point{}, false
}
