package list

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

// tokens reads XML without holding it: elements must match, what one token may take is bounded, and document types, with
// which entities could be declared, are refused.
type tokens struct {
	decoder *xml.Decoder
	meter   *meter
	open    []string
}

// maxToken bounds one piece of XML: the text of one cell or one tag.
const maxToken = 4 << 20

// meter fails when one token reads more than its allowance: the decoder holds a whole token.
type meter struct {
	in   io.Reader
	left int
	read int64
}

var errTokenTooLong = errors.New("token too long")

func (m *meter) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errTokenTooLong
	}
	n, err := m.in.Read(p)
	m.left -= n
	m.read += int64(n)
	return n, err
}

func newTokens(in io.Reader) *tokens {
	m := &meter{in: in}
	return &tokens{decoder: xml.NewDecoder(m), meter: m}
}

// next returns the next token; io.EOF only where all elements are closed.
func (t *tokens) next() (xml.Token, error) {
	t.meter.left = maxToken
	token, err := t.decoder.RawToken()
	if err == io.EOF && len(t.open) > 0 {
		return nil, io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case xml.StartElement:
		if len(t.open) > 64 {
			return nil, errors.New("elements too deep")
		}
		t.open = append(t.open, v.Name.Local)
	case xml.EndElement:
		if len(t.open) == 0 || t.open[len(t.open)-1] != v.Name.Local {
			return nil, errors.New("elements do not match")
		}
		t.open = t.open[:len(t.open)-1]
	case xml.Directive:
		return nil, errors.New("document type")
	}
	return token, nil
}

// skip goes past the end of the element that was just opened.
func (t *tokens) skip() error {
	for depth := len(t.open); len(t.open) >= depth; {
		if _, err := t.next(); err != nil {
			return err
		}
	}
	return nil
}

// text appends the text of the rich string that was just opened (its t elements, without those that tell how it is
// pronounced) and goes past its end. Text beyond what a cell may hold is cut: such a cell is refused later.
func (t *tokens) text(into []byte) ([]byte, error) {
	start := len(into)
	for depth := len(t.open); len(t.open) >= depth; {
		token, err := t.next()
		if err != nil {
			return into, err
		}
		switch v := token.(type) {
		case xml.StartElement:
			if v.Name.Local == "rPh" {
				if err := t.skip(); err != nil {
					return into, err
				}
			}
		case xml.CharData:
			if len(t.open) > depth && t.open[len(t.open)-1] == "t" && len(into)-start <= maxCell {
				into = append(into, unescape(string(v))...)
			}
		}
	}
	return into[:min(len(into), start+maxCell+1)], nil
}

// unescape undoes the escapes of characters that XML cannot hold: _x000D_ and the like.
func unescape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	var out strings.Builder
	for {
		i := strings.Index(text, "_x")
		if i < 0 || len(text) < i+7 {
			break
		}
		code, err := strconv.ParseUint(text[i+2:i+6], 16, 16)
		if text[i+6] != '_' || err != nil {
			out.WriteString(text[:i+2])
			text = text[i+2:]
			continue
		}
		out.WriteString(text[:i])
		out.WriteRune(rune(code))
		text = text[i+7:]
	}
	out.WriteString(text)
	return strings.ReplaceAll(out.String(), "\r\n", "\n")
}
