package list

import (
	"encoding/csv"
	"os"
)

type Reader struct {
	f      *os.File
	c      *csv.Reader
	header []string
	n      int
}

func Open(path string, o Options) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	c := csv.NewReader(f)
	c.Comma = ';'
	h, err := c.Read()
	if err != nil {
		return nil, err
	}
	return &Reader{f, c, h, 1}, nil
}
func (r *Reader) Findings() Findings       { return Findings{Options: Options{Format: CSV, Separator: ";"}} }
func (r *Reader) Header() []string         { return r.header }
func (r *Reader) Progress() (int64, int64) { return 0, 0 }
func (r *Reader) Close() error             { return r.f.Close() }
func (r *Reader) Next() (Row, error) {
	cells, err := r.c.Read()
	r.n++
	return Row{r.n, cells}, err
}
