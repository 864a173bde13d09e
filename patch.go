package dealmap

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// mergePatch applies an RFC 7396 patch to a JSON object.
func mergePatch(target, patch []byte) ([]byte, error) {
	var t, p any
	if err := decodeNumbers(target, &t); err != nil {
		return nil, fmt.Errorf("merge patch: %w", err)
	}
	if err := decodeNumbers(patch, &p); err != nil {
		return nil, Invalid("", "la modification n’est pas du JSON")
	}
	if _, ok := p.(map[string]any); !ok {
		return nil, Invalid("", "la modification doit être un objet JSON")
	}
	return json.Marshal(merge(t, p))
}

func merge(target, patch any) any {
	changes, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	result, ok := target.(map[string]any)
	if !ok {
		result = map[string]any{}
	}
	for name, value := range changes {
		if value == nil {
			delete(result, name)
			continue
		}
		result[name] = merge(result[name], value)
	}
	return result
}

// composePatches returns the merge patch that does what two do one after the other.
func composePatches(first, second json.RawMessage) (json.RawMessage, error) {
	var a, b map[string]any
	for _, side := range []struct {
		patch json.RawMessage
		into  *map[string]any
	}{{first, &a}, {second, &b}} {
		if err := decodeNumbers(side.patch, side.into); err != nil {
			return nil, fmt.Errorf("compose patches: %w", err)
		}
	}
	return json.Marshal(compose(a, b))
}

// compose is merge that keeps what removes a member.
func compose(first, second map[string]any) map[string]any {
	out := maps.Clone(first)
	if out == nil {
		out = map[string]any{}
	}
	for name, value := range second {
		earlier, ok1 := out[name].(map[string]any)
		later, ok2 := value.(map[string]any)
		if ok1 && ok2 {
			value = compose(earlier, later)
		}
		out[name] = value
	}
	return out
}

// withoutFields returns a patch without some of the names at its top, and what those names were set to.
func withoutFields(patch json.RawMessage, names []string) (rest, taken json.RawMessage, err error) {
	var p map[string]json.RawMessage
	if err := json.Unmarshal(patch, &p); err != nil {
		return nil, nil, fmt.Errorf("part a patch: %w", err)
	}
	out := map[string]json.RawMessage{}
	for _, name := range names {
		if value, ok := p[name]; ok {
			out[name] = value
			delete(p, name)
		}
	}
	if rest, err = json.Marshal(p); err != nil {
		return nil, nil, fmt.Errorf("part a patch: %w", err)
	}
	if taken, err = json.Marshal(out); err != nil {
		return nil, nil, fmt.Errorf("part a patch: %w", err)
	}
	return rest, taken, nil
}

// diffPatch returns the merge patch that leads from one object to the other, empty ({}) when they are equal.
func diffPatch[T any](from, to T) (json.RawMessage, error) {
	var a, b map[string]any
	for _, side := range []struct {
		facts T
		into  *map[string]any
	}{{from, &a}, {to, &b}} {
		data, err := json.Marshal(side.facts)
		if err != nil {
			return nil, fmt.Errorf("diff facts: %w", err)
		}
		if err := decodeNumbers(data, side.into); err != nil {
			return nil, fmt.Errorf("diff facts: %w", err)
		}
	}
	return json.Marshal(diff(a, b))
}

func diff(a, b map[string]any) map[string]any {
	patch := map[string]any{}
	for name := range a {
		if _, kept := b[name]; !kept {
			patch[name] = nil
		}
	}
	for name, value := range b {
		old, had := a[name]
		if had && reflect.DeepEqual(old, value) {
			continue
		}
		oldObject, ok1 := old.(map[string]any)
		newObject, ok2 := value.(map[string]any)
		if ok1 && ok2 {
			patch[name] = diff(oldObject, newObject)
			continue
		}
		patch[name] = value
	}
	return patch
}

// patchedFields returns the names at the top of a patch, sorted.
func patchedFields(patch json.RawMessage) []string {
	var p map[string]json.RawMessage
	if json.Unmarshal(patch, &p) != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(p))
}

// decodeError names the field that JSON could not be read into.
func decodeError(err error) error {
	if wrong, ok := err.(*json.UnmarshalTypeError); ok {
		return Invalid(wrong.Field, "une valeur de ce type n’est pas admise ici ("+wrong.Value+")")
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return Invalid(strings.Trim(field, `"`), "champ inconnu, ou qui ne se modifie pas ainsi")
	}
	if KindOf(err) != "" {
		return err
	}
	return Invalid("", "JSON illisible : "+err.Error())
}

func decodeNumbers(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("more than one JSON value")
	}
	return nil
}

// patchRecord applies a JSON merge patch (RFC 7396) to the facts of a record; unknown fields are refused by name.
func patchRecord[T any](facts T, patch json.RawMessage) (after T, err error) {
	whole, err := json.Marshal(facts)
	if err != nil {
		return after, fmt.Errorf("patch record: %w", err)
	}
	merged, err := mergePatch(whole, patch)
	if err != nil {
		return after, err
	}
	d := json.NewDecoder(bytes.NewReader(merged))
	d.DisallowUnknownFields()
	if err := d.Decode(&after); err != nil {
		return after, decodeError(err)
	}
	return after, nil
}
