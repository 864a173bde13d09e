package consultations

import (
	"encoding/json"
	"strconv"

	"github.com/mesure5/dealmap"
)

// encode gives the bytes of a line: those of encoding/json, which takes several times as long by reflection. A test holds it to that, field by
// field.
func encode(c *dealmap.Consultation) ([]byte, error) {
	moment, err := c.Time.MarshalJSON()
	if err != nil {
		return nil, err
	}
	b := append(append(make([]byte, 0, 512), `{"time":`...), moment...)
	b = appendString(b, `,"subject":`, c.Subject)
	b = appendID(b, `,"grant":`, c.Grant)
	b = appendID(b, `,"token":`, c.Token)
	b = appendString(b, `,"role":`, string(c.Role))
	b = appendSome(b, `,"service":`, string(c.Service))
	b = appendSome(b, `,"unit":`, c.Unit)
	b = appendSome(b, `,"motive":`, c.Motive)
	b = appendSome(b, `,"case":`, c.Case)
	b = appendSome(b, `,"operation":`, string(c.Operation))
	b = appendString(b, `,"what":`, c.What)
	b = appendSome(b, `,"layers":`, c.Layers)
	if c.Tile != nil {
		b = strconv.AppendUint(append(b, `,"tile":{"z":`...), uint64(c.Tile.Z), 10)
		b = strconv.AppendUint(append(b, `,"x":`...), uint64(c.Tile.X), 10)
		b = append(strconv.AppendUint(append(b, `,"y":`...), uint64(c.Tile.Y), 10), '}')
	}
	b = appendSome(b, `,"query":`, c.Query)
	b = appendID(b, `,"after":`, c.After)
	b = appendID(b, `,"last":`, c.Last)
	begin := `,"places":[`
	for _, id := range c.Places {
		b = append(append(append(append(b, begin...), '"'), id.String()...), '"')
		begin = ","
	}
	if len(c.Places) > 0 {
		b = append(b, ']')
	}
	begin = `,"recipients":[`
	for _, text := range c.Recipients {
		b = appendString(b, begin, text)
		begin = ","
	}
	if len(c.Recipients) > 0 {
		b = append(b, ']')
	}
	b = appendSome(b, `,"detail":`, c.Detail)
	return append(strconv.AppendUint(append(b, `,"seq":`...), uint64(c.Seq), 10), '}'), nil
}

// appendSome is appendString of what is left out when it is empty.
func appendSome(b []byte, name, text string) []byte {
	if text == "" {
		return b
	}
	return appendString(b, name, text)
}

func appendString(b []byte, name, text string) []byte {
	b = append(b, name...)
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, err := json.Marshal(text)
			if err != nil {
				panic(err) // a text cannot fail
			}
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), text...), '"')
}

func appendID(b []byte, name string, id dealmap.ID) []byte {
	if id.IsZero() {
		return b
	}
	return append(append(append(append(b, name...), '"'), id.String()...), '"')
}
