package seeds

import (
	"time"

	"github.com/mesure5/dealmap"
)

// season is a part of the year in which there is more to sell; that of the snow crosses the new year.
type season struct {
	from, to     time.Month
	begins, ends int // days of these months
}

var (
	sea  = season{from: time.April, begins: 5, to: time.November, ends: 8}
	snow = season{from: time.December, begins: 1, to: time.May, ends: 2}
)

// seasons are those of the départements that have one. They are plausible, not measured.
var seasons = map[string]season{
	"06": sea, "13": sea, "17": sea, "2A": sea, "2B": sea, "34": sea, "40": sea, "66": sea, "83": sea, "85": sea,
	"73": snow, "74": snow,
}

func dayOf(year int, month time.Month, day int) int32 {
	return dealmap.Date{Year: int16(year), Month: int8(month), Day: int8(day)}.Days()
}

// rests are the times out of season that begin and end between two days.
func (s season) rests(from, until int32) (list [][2]int32) {
	for year := int(dealmap.DateOfDays(from).Year); year <= int(dealmap.DateOfDays(until).Year); year++ {
		gone, back := dayOf(year, s.to, s.ends), dayOf(year, s.from, s.begins)
		if back < gone {
			back = dayOf(year+1, s.from, s.begins)
		}
		if from <= gone && back <= until {
			list = append(list, [2]int32{gone, back})
		}
	}
	return list
}

// before reports whether a day is in the two months and a half before the season begins.
func (s season) before(day int32) bool {
	year := int(dealmap.DateOfDays(day).Year)
	ahead := dayOf(year, s.from, s.begins) - day
	return 0 <= ahead && ahead <= 75
}

// pace is by what the days between two confirmations are multiplied: in season, services are there more often.
func (s season) pace(day int32) float64 {
	if s.from == 0 {
		return 1
	}
	year := int(dealmap.DateOfDays(day).Year)
	begins, ends := dayOf(year, s.from, s.begins), dayOf(year, s.to, s.ends)
	in := begins <= day && day < ends
	if ends < begins {
		in = begins <= day || day < ends
	}
	if in {
		return 0.7
	}
	return 1.2
}

// numberOf is the number of the département that a commune lies in, by its INSEE code.
func numberOf(commune string) string {
	if commune >= "97" && commune < "99" {
		return commune[:3]
	}
	return commune[:2]
}
