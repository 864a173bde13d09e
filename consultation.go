package dealmap

import "time"

// Operation is one of the six processing operations that Directive (EU) 2016/680 art. 25 (loi 78-17 art. 101) wants logged.
type Operation string

// The six operations. Collection, alteration and erasure are entries of the journal (EventKind.Operation); the other three
// are lines of the consultation log.
const (
	OpCollection   Operation = "collection"   // collecte
	OpAlteration   Operation = "alteration"   // modification
	OpConsultation Operation = "consultation" // consultation
	OpDisclosure   Operation = "disclosure"   // communication, transfers included: what leaves with named recipients
	OpCombination  Operation = "combination"  // interconnexion: what another system reads with a token
	OpErasure      Operation = "erasure"      // effacement
)

// Operations returns the six operations with their labels.
func Operations() []Term {
	return []Term{
		{"collection", "Collecte"}, {"alteration", "Modification"}, {"consultation", "Consultation"},
		{"disclosure", "Communication"}, {"combination", "Interconnexion"}, {"erasure", "Effacement"},
	}
}

// The kinds of output that a consultation names (Consultation.What).
const (
	WhatTile       = "tile"       // a vector tile: Layers, Tile, Query; Places are the ends of its links
	WhatList       = "list"       // a page of the list: Query, After, Last
	WhatCounts     = "counts"     // numbers only: no place is disclosed
	WhatSheet      = "sheet"      // one place: Places
	WhatHistory    = "history"    // one place's past: Places
	WhatSearch     = "search"     // Places
	WhatNearest    = "nearest"    // Places
	WhatWithin     = "within"     // Places
	WhatPatrol     = "patrol"     // Places: the stops of a patrol list
	WhatDuplicates = "duplicates" // candidates shown on entry: Places
	WhatLive       = "live"       // changes told on a live stream: Places
	WhatExport     = "export"     // a file with named recipients: Query; everything visible that it lets through
	WhatDossier    = "dossier"    // numbers about a territory, to be printed, and for whom: no place is disclosed
	WhatNotices    = "notices"    // what others merged with one's own records: Places
	WhatImport     = "import"     // rows of a list on its way onto the map: Places are those they are compared with
	WhatReports    = "reports"    // reports that partners submitted
	WhatOperations = "operations" // operations: Places are those they concerned
	WhatLinks      = "links"      // links and what they tie: Places are their ends
	WhatNetworks   = "networks"   // networks: Places are those shown as belonging to them
	WhatAnalysis   = "analysis"   // how a network hangs together, and what closing places would do: Places are those named
	WhatFlows      = "flows"      // numbers of links between territories: no place is disclosed
	WhatGraphFile  = "graph_file" // a file of a graph with named recipients: Query; the places named are all of those in it
	WhatWatch      = "watch"      // what happened around an operation or a closed place: Places are those named
	WhatMeetings   = "meetings"   // when CLCT met
	WhatJournal    = "journal"    // the auditor reads who changed what
	WhatAudit      = "audit"      // the auditor asks the consultation log
	WhatGrants     = "grants"     // the administrator reads who may do what
)

// TileAddress is a tile's place in the pyramid (Web Mercator, XYZ).
type TileAddress struct {
	Z uint32 `json:"z"`
	X uint32 `json:"x"`
	Y uint32 `json:"y"`
}

// Consultation is one line of the consultation log: who looked at what, when and why. It is written before anything is
// served; if it cannot be written, nothing is served. A line holds what computing again which places it disclosed needs
// (outputs are deterministic): whose scope (Grant, Token, the day of Time in Paris), of which map (Seq), and which output of it.
type Consultation struct {
	Time    time.Time `json:"time"`
	Subject string    `json:"subject"`
	// Grant is the grant in force, Token the API token that narrowed it, zero in a session.
	Grant   ID      `json:"grant,omitzero"`
	Token   ID      `json:"token,omitzero"`
	Role    Role    `json:"role"`
	Service Service `json:"service,omitempty"`
	Unit    string  `json:"unit,omitempty"`
	Motive  string  `json:"motive,omitempty"`
	Case    string  `json:"case,omitempty"`
	// Operation is OpConsultation, OpDisclosure or OpCombination.
	Operation Operation `json:"operation,omitempty"`
	// What is the kind of output, one of the constants above.
	What string `json:"what"`
	// Layers and Tile are those of a tile, layers joined by commas.
	Layers string       `json:"layers,omitempty"`
	Tile   *TileAddress `json:"tile,omitempty"`
	// Query is the filter as it was asked, in canonical form (sorted, URL-encoded), or what was searched for.
	Query string `json:"query,omitempty"`
	// After and Last bound a page of the list: it holds the ids greater than After, up to Last.
	After ID `json:"after,omitzero"`
	Last  ID `json:"last,omitzero"`
	// Places are the places disclosed, where they are not computed again from the rest: of a tile, the ends of the links that it draws one by one.
	Places []ID `json:"places,omitempty"`
	// Recipients are those to whom an export is communicated.
	Recipients []string `json:"recipients,omitempty"`
	// Detail is anything else that says which output it was.
	Detail string `json:"detail,omitempty"`
	// Seq is the journal's position of the map the output was made from; of a past one where as_of was asked.
	Seq Seq `json:"seq"`
}
