package web

import (
	"encoding/hex"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/mesure5/dealmap"
	"github.com/oapi-codegen/runtime/types"
)

// jsonWriter appends JSON as encoding/json writes it without escaping for HTML; err is the first thing that could not be written.
type jsonWriter struct {
	out []byte
	err error
	// plain is the last text with letters beyond ASCII that stands as it is: why places are seen so is the same for many.
	plain string
}

func (w *jsonWriter) text(text string) { w.out = append(w.out, text...) }

// any writes what is rare by reflection.
func (w *jsonWriter) any(value any) {
	data, err := encode(value)
	if err != nil {
		if w.err == nil {
			w.err = err
		}
		return
	}
	w.out = append(w.out, data[:len(data)-1]...) // without the line's end
}

func (w *jsonWriter) string(s string) {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		c := s[i]
		plain = c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf
	}
	if !plain && s != w.plain {
		if !plainLetters(s) {
			w.any(s)
			return
		}
		w.plain = s
	}
	w.out = append(w.out, '"')
	w.out = append(w.out, s...)
	w.out = append(w.out, '"')
}

// plainLetters reports whether a text with letters beyond ASCII stands in JSON as it is.
func plainLetters(s string) bool {
	for i, c := range s {
		switch {
		case c < ' ', c == '"', c == '\\', c == '\u2028', c == '\u2029':
			return false
		case c == utf8.RuneError:
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return false
			}
		}
	}
	return true
}

func (w *jsonWriter) int(n int64) { w.out = strconv.AppendInt(w.out, n, 10) }

func (w *jsonWriter) float(f float64) {
	if size := math.Abs(f); size != 0 && !(size >= 1e-6 && size < 1e21) {
		w.any(f)
		return
	}
	w.out = strconv.AppendFloat(w.out, f, 'f', -1, 64)
}

func (w *jsonWriter) bool(yes bool) { w.out = strconv.AppendBool(w.out, yes) }

// date writes a day as types.DateFormat does.
func (w *jsonWriter) date(d dealmap.Date) {
	w.out = append(w.out, '"')
	if d.Year < 0 || d.Year > 9999 {
		w.out = d.Time().AppendFormat(w.out, types.DateFormat)
	} else {
		century, year, month, day := twoDigits(int(d.Year)/100), twoDigits(int(d.Year)%100), twoDigits(int(d.Month)), twoDigits(int(d.Day))
		w.out = append(w.out, century[0], century[1], year[0], year[1], '-', month[0], month[1], '-', day[0], day[1])
	}
	w.out = append(w.out, '"')
}

func twoDigits(n int) [2]byte { return [2]byte{'0' + byte(n/10), '0' + byte(n%10)} }

func (w *jsonWriter) uuid(id dealmap.ID) {
	w.out = append(w.out, '"')
	for i, part := range [...][2]int{{0, 4}, {4, 6}, {6, 8}, {8, 10}, {10, 16}} {
		if i > 0 {
			w.out = append(w.out, '-')
		}
		w.out = hex.AppendEncode(w.out, id[part[0]:part[1]])
	}
	w.out = append(w.out, '"')
}

// writeTexts writes a list, [] and not null when it has none.
func writeTexts[T ~string](w *jsonWriter, list []T) {
	w.text("[")
	for i, one := range list {
		if i > 0 {
			w.text(",")
		}
		w.string(string(one))
	}
	w.text("]")
}
