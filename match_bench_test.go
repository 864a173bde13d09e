package dealmap

import (
	"math/rand/v2"
	"testing"
)

func benchFacts() (list []Facts) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, t := range (country{40, 4, "mixed", false, 20, 60}).make(r) {
		list = append(list, usual.row(r, &t))
	}
	return list
}

// BenchmarkDescribe measures preparing a record.
func BenchmarkDescribe(b *testing.B) {
	list := benchFacts()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		Describe(&list[i%len(list)])
	}
}

// BenchmarkCompare measures comparing two prepared records, reasons in words included.
func BenchmarkCompare(b *testing.B) {
	var list []Description
	facts := benchFacts()
	for i := range facts {
		list = append(list, Describe(&facts[i]))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		Compare(&list[i%len(list)], &list[(i+i/7)%len(list)])
	}
}

// BenchmarkWeigh measures comparing without words, as is done with every candidate.
func BenchmarkWeigh(b *testing.B) {
	var list []Description
	facts := benchFacts()
	for i := range facts {
		list = append(list, Describe(&facts[i]))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		weigh(&list[i%len(list)], &list[(i+i/7)%len(list)])
	}
}
