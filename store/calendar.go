package store

import (
	"time"

	"github.com/mesure5/dealmap"
)

// Days and moments of stored forms, each told by how far it is from the one before: those of a record lie near each other.

// strange comes before a date that is none of a calendar, which is written as it is: no two days are as far apart.
const strange = 1 << 40

// ordinal is a number of its own for each day that plain takes.
func ordinal(d dealmap.Date) int64 { return int64(d.Year)<<9 + int64(d.Month&15)<<5 + int64(d.Day&31) }

func ofOrdinal(n int64) dealmap.Date {
	return dealmap.Date{Year: int16(n >> 9), Month: int8(n >> 5 & 15), Day: int8(n & 31)}
}

func (a *appender) days(list ...dealmap.Date) {
	var before int64
	for _, d := range list {
		n := ordinal(d)
		if ofOrdinal(n) == d {
			a.int(n - before)
		} else {
			a.int(strange)
			a.date(d)
		}
		before = n
	}
}

func (s *scanner) days(list ...*dealmap.Date) {
	var before int64
	for _, d := range list {
		if n := s.int(); n == strange {
			*d = s.date()
		} else if *d = ofOrdinal(before + n); ordinal(*d) != before+n {
			s.fail()
		}
		before = ordinal(*d)
	}
}

const (
	second      = int64(time.Second)
	millisecond = int64(time.Millisecond)
)

// moments writes whole milliseconds, as clocks here give them, in less room than others.
func (a *appender) moments(list ...time.Time) {
	var before int64
	for _, t := range list {
		a.int(t.Unix() - before)
		before = t.Unix()
		if part := int64(t.Nanosecond()); part%millisecond == 0 {
			a.uint(uint64(part/millisecond) << 1)
		} else {
			a.uint(uint64(part)<<1 | 1)
		}
		_, offset := t.Zone()
		a.int(int64(offset))
	}
}

func (s *scanner) moments(list ...*time.Time) {
	var before int64
	for _, t := range list {
		before += s.int()
		part := s.uint()
		if part&1 == 0 {
			part *= uint64(millisecond)
		}
		if part >>= 1; part >= uint64(second) {
			s.fail()
			return
		}
		*t = time.Unix(before, int64(part)).UTC()
		if offset := s.int(); offset != 0 {
			*t = t.In(time.FixedZone("", int(offset)))
		}
	}
}
