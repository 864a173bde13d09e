package web

import (
	"encoding/hex"
	"math"
	"slices"
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

func (w *jsonWriter) text(text string) { copy(w.extend(len(text)), text) }

// extend makes what is written so many bytes longer and returns these. As long as they fit no pointer is written, as append does: while the
// collector marks, which with a million places it often does, that would take longer than the bytes.
func (w *jsonWriter) extend(n int) []byte {
	from := len(w.out)
	if n > cap(w.out)-from {
		w.out = slices.Grow(w.out, n)
	}
	w.out = w.out[:from+n]
	return w.out[from:]
}

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
	out := w.extend(len(s) + 2)
	out[0], out[len(s)+1] = '"', '"'
	copy(out[1:], s)
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

func (w *jsonWriter) bool(yes bool) { w.text(strconv.FormatBool(yes)) }

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
	out := w.extend(38)
	out[0], out[37] = '"', '"'
	for _, part := range [...]struct{ from, to, at int }{{0, 4, 1}, {4, 6, 10}, {6, 8, 15}, {8, 10, 20}, {10, 16, 25}} {
		hex.Encode(out[part.at:], id[part.from:part.to])
		if part.from > 0 {
			out[part.at-1] = '-'
		}
	}
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
