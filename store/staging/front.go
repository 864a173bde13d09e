package staging

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/mesure5/dealmap"
	listfile "github.com/mesure5/dealmap/store/intake/list"
	"github.com/mesure5/dealmap/store/intake/mapping"
)

// Front is a desk for those who speak JSON: how a file is read and what its columns mean come and go in the form of the contract.
type Front struct{ *Desk }

// Largest is the size in bytes of the largest list that is taken in.
func (Front) Largest() int64 { return LargestList }

// Read is Desk.Read with options in JSON.
func (f Front) Read(ctx context.Context, v dealmap.Viewer, id dealmap.ID, options json.RawMessage) (dealmap.StagedList, error) {
	var o listfile.Options
	if err := strictly(options, &o); err != nil {
		return dealmap.StagedList{}, err
	}
	return f.Desk.Read(ctx, v, id, o)
}

// Map is Desk.Map with the profile in JSON.
func (f Front) Map(v dealmap.Viewer, id dealmap.ID, profile json.RawMessage, saveAs string) (dealmap.StagedList, error) {
	var p mapping.Profile
	if err := strictly(profile, &p); err != nil {
		return dealmap.StagedList{}, err
	}
	return f.Desk.Map(v, id, p, saveAs)
}

// Profiles is Desk.Profiles in JSON.
func (f Front) Profiles(v dealmap.Viewer) (list []json.RawMessage, err error) {
	kept, err := f.Desk.Profiles(v)
	for _, p := range kept {
		list = append(list, asJSON(p))
	}
	return list, err
}

// Fields are what the columns of a list can mean.
func (Front) Fields() (list []dealmap.ListField) {
	for _, f := range mapping.Fields() {
		list = append(list, dealmap.ListField{
			Name: f.Name, Label: f.Label, Help: f.Help, Terms: f.Terms, Settable: !slices.Contains(ofEachRow, f.Name),
		})
	}
	return list
}

// ofEachRow are fields that no two rows have in common.
var ofEachRow = []string{"x", "y", "position", "number", "source_id"}

func strictly(data json.RawMessage, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return dealmap.Invalid("mapping", "JSON illisible : "+err.Error())
	}
	return nil
}
