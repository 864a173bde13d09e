package dealmap

import "time"

// Consultation is one line of the consultation log: who looked at what, when and why. It is written before anything is
// served; if it cannot be written, nothing is served.
type Consultation struct {
	Time    time.Time `json:"time"`
	Subject string    `json:"subject"`
	Role    Role      `json:"role"`
	Service Service   `json:"service,omitempty"`
	Unit    string    `json:"unit,omitempty"`
	Motive  string    `json:"motive,omitempty"`
	Case    string    `json:"case,omitempty"`
	// What is the kind of output: tile, list, sheet, history, search, export.
	What string `json:"what"`
	// Detail says which: the layers and z/x/y of a tile, the id of a place, the query of a list.
	Detail string `json:"detail,omitempty"`
	// Seq is the journal's position the output was made from: outputs are deterministic, so that what was disclosed can
	// be computed again.
	Seq Seq `json:"seq"`
}
