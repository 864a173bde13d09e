package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mesure5/dealmap"
	"github.com/oapi-codegen/runtime/types"
)

// maxBody bounds a request's body, in bytes.
const maxBody = 1 << 20

// readBody returns the whole body, which must be UTF-8 of one of the media types.
func readBody(w http.ResponseWriter, r *http.Request, mediaTypes ...string) ([]byte, error) {
	given := r.Header.Get("Content-Type")
	mediaType, parameters, err := mime.ParseMediaType(given)
	if err != nil || !slices.Contains(mediaTypes, mediaType) {
		return nil, refuse(kindMediaType, "« %s » reçu, %s attendu", clip(given), strings.Join(mediaTypes, " ou "))
	}
	if charset := parameters["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return nil, refuse(kindMediaType, "le texte doit être en UTF-8, pas en %s", clip(charset))
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, refuse(kindTooLarge, "le corps de la demande dépasse %d octets", maxBody)
	}
	if _, refused := errors.AsType[*dealmap.Error](err); refused { // judgedBody
		return nil, err
	}
	if err != nil {
		return nil, refuse(kindMalformed, "le corps de la demande est incomplet")
	}
	if !utf8.Valid(data) {
		return nil, refuse(kindMalformed, "le corps de la demande n’est pas de l’UTF-8 valable")
	}
	return data, nil
}

// readJSON decodes the body of a request strictly.
func readJSON(w http.ResponseWriter, r *http.Request, into any, mediaTypes ...string) ([]byte, error) {
	data, err := readBody(w, r, append(mediaTypes, "application/json")...)
	if err != nil {
		return nil, err
	}
	return data, decode(data, into)
}

// decode reads one JSON object into the struct that into points to. Unlike encoding/json it reports every offending member
// by its name, refuses members that are unknown or come twice, and wants exact names.
func decode(data []byte, into any) error {
	if !json.Valid(data) {
		return refuse(kindMalformed, "%s", syntaxMessage(data))
	}
	var d decoder
	d.object(data, reflect.ValueOf(into).Elem(), "")
	if len(d.errs) > 0 {
		return &dealmap.Error{Kind: dealmap.KindInvalid, Message: "données non valables", Fields: d.errs}
	}
	return nil
}

func syntaxMessage(data []byte) string {
	if len(bytes.TrimSpace(data)) == 0 {
		return "le corps de la demande est vide"
	}
	var value any
	err := json.Unmarshal(data, &value)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		if int(syntax.Offset) >= len(data) {
			return "le JSON est tronqué"
		}
		return fmt.Sprintf("le JSON n’est pas valable à l’octet %d", syntax.Offset)
	}
	return "le JSON n’est pas valable"
}

// decoder gathers what is wrong with a document.
type decoder struct{ errs []dealmap.FieldError }

func (d *decoder) add(field, format string, args ...any) {
	d.errs = append(d.errs, dealmap.FieldError{Field: field, Message: fmt.Sprintf(format, args...)})
}

// object reads a JSON object into a struct; path is the name of the object in errors, empty at the top.
func (d *decoder) object(data []byte, into reflect.Value, path string) {
	if data = bytes.TrimSpace(data); data[0] != '{' {
		d.add(path, "un objet JSON est attendu")
		return
	}
	stream := json.NewDecoder(bytes.NewReader(data))
	if _, err := stream.Token(); err != nil {
		d.add(path, "un objet JSON est attendu")
		return
	}
	seen := map[string]bool{}
	for stream.More() {
		token, err := stream.Token()
		name, isName := token.(string)
		var value json.RawMessage
		if err != nil || !isName || stream.Decode(&value) != nil {
			d.add(path, "le JSON n’est pas valable")
			return
		}
		field := join(path, name)
		target, known := member(into, name)
		switch {
		case !known:
			d.add(field, "champ inconnu")
		case seen[name]:
			d.add(field, "champ donné deux fois")
		default:
			d.value(value, target, field)
		}
		seen[name] = true
	}
	for i := range into.NumField() {
		name, options, _ := strings.Cut(into.Type().Field(i).Tag.Get("json"), ",")
		if name != "" && !strings.Contains(options, "omit") && !seen[name] {
			d.add(join(path, name), "manque")
		}
	}
}

// value reads one member; a struct of the contract is taken apart further, so that its errors are named too.
func (d *decoder) value(data json.RawMessage, target reflect.Value, field string) {
	isNull := bytes.Equal(data, []byte("null"))
	if target.Kind() == reflect.Pointer && !isNull {
		target.Set(reflect.New(target.Type().Elem()))
		target = target.Elem()
	}
	if isNull && target.Kind() != reflect.Pointer {
		d.add(field, "ne peut pas être nul")
		return
	}
	if target.Kind() == reflect.Struct && target.Type() != dateType {
		d.object(data, target, field)
		return
	}
	if json.Unmarshal(data, target.Addr().Interface()) != nil || target.Kind() == reflect.Slice && holdsNull(data) {
		d.add(field, "%s", expected(target.Type()))
		return
	}
	if date, ok := target.Interface().(types.Date); ok && (date.Year() < 1900 || date.Year() > 2200) {
		d.add(field, "l’année %d n’est pas plausible", date.Year())
	}
}

// holdsNull reports whether a list has a null in it, which encoding/json would take for the zero value: longitude 0 lies in
// France.
func holdsNull(list json.RawMessage) bool {
	var members []json.RawMessage
	return json.Unmarshal(list, &members) == nil &&
		slices.ContainsFunc(members, func(m json.RawMessage) bool { return bytes.Equal(m, []byte("null")) })
}

var dateType = reflect.TypeFor[types.Date]()

// member finds the field of a struct by its exact JSON name.
func member(into reflect.Value, name string) (reflect.Value, bool) {
	for i := range into.NumField() {
		if tag, _, _ := strings.Cut(into.Type().Field(i).Tag.Get("json"), ","); tag == name {
			return into.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func expected(t reflect.Type) string {
	switch {
	case t == dateType:
		return "une date est attendue (AAAA-MM-JJ)"
	case t.Kind() == reflect.Bool:
		return "true ou false est attendu"
	case t.Kind() == reflect.String:
		return "un texte est attendu"
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Float64:
		return "une liste de nombres est attendue"
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String:
		return "une liste de textes est attendue"
	case t.Kind() == reflect.Slice:
		return "une liste est attendue"
	case t.Kind() == reflect.Map:
		return "un objet est attendu"
	case t.Kind() == reflect.Int, t.Kind() == reflect.Int64:
		return "un nombre entier est attendu"
	}
	return "un nombre est attendu"
}

func join(path, name string) string {
	name = clip(name)
	if path == "" || path == "properties" {
		return name
	}
	return path + "." + name
}

// clip shortens what a client sent before it is quoted back.
func clip(text string) string {
	const most = 60
	runes := []rune(strings.ToValidUTF8(text, "�"))
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(runes)
}
