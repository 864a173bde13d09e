// Package mapping turns the rows of a service's list into places: which column is which field, and which of the list's words
// is which word of the model.
//
// [Suggest] proposes a [Profile] from the header and the first rows and says why; a person mends it and keeps it. [New] checks
// a profile against a header, and [Mapper.Row] makes each row a wish to add a place, or says what is wrong with its cells.
// [Mapper.Check] says in terms of the list what the domain refuses. Nothing of a cell is dropped in silence: what is not
// understood is a problem of its row, and what is understood otherwise than written is noted.
package mapping

// Profile says how a list becomes places; it is data, kept per service under a name.
type Profile struct {
	Name string `json:"name,omitempty"`
	// Columns: field → header of its column. Several fields may read one column.
	Columns map[string]string `json:"columns"`
	// Defaults: field → value of the model for rows whose cell is empty, and for all where no column is read.
	Defaults map[string]string `json:"defaults,omitempty"`
	// Vocabulary: field → what the list says (case, accents and punctuation do not matter) → value of the model, several of
	// them parted by commas for fields that are lists; "" leaves the field as if the cell were empty.
	Vocabulary map[string]map[string]string `json:"vocabulary,omitempty"`
	// EPSG is the system of coordinates of the positions; 0 is WGS 84 in degrees.
	EPSG int `json:"epsg,omitempty"`
	// Swapped says that the column of x holds y and the reverse; in a column with both, that the order is not the usual one
	// (latitude first in degrees, x first in metres).
	Swapped bool `json:"swapped,omitempty"`
	// Decimal is "," or "." where the other one parts thousands; empty reads either, as far as a number can be read but one way.
	Decimal string `json:"decimal,omitempty"`
	// MonthFirst reads 03/12/2026 as the 12th of March.
	MonthFirst bool `json:"month_first,omitempty"`
	// Only keeps rows whose column holds one of the values, for lists that hold other things too: header → values.
	Only map[string][]string `json:"only,omitempty"`
	// Shift moves positions (degrees east, degrees north) and marks the places synthetic: exercises with data from elsewhere.
	Shift *[2]float64 `json:"shift,omitempty"`
}
