package dealmap

import (
	"slices"
	"time"
)

// Role is what a person does on the map; DESIGN §1 lists them.
type Role string

// The roles.
const (
	RoleInvestigator Role = "investigator"
	RoleCross        Role = "cross"
	RoleOfast        Role = "ofast"
	RolePrefet       Role = "prefet"
	RoleProcureur    Role = "procureur"
	RolePartner      Role = "partner"
	RoleAuditor      Role = "auditor"
	RoleAdmin        Role = "admin"
)

// Roles returns the roles with their labels.
func Roles() []Term {
	return []Term{
		{"investigator", "Enquêteur"}, {"cross", "Cross"}, {"ofast", "Ofast"}, {"prefet", "Préfet (CLCT)"},
		{"procureur", "Procureur (CLCT)"}, {"partner", "Partenaire"}, {"auditor", "Auditeur"}, {"admin", "Administrateur"},
	}
}

// Grant says what a person may do, where and until when. Grants are journal entries like any other change.
type Grant struct {
	ID      ID      `json:"id"`
	Subject string  `json:"subject"` // the account: a local name, or issuer and subject of an identity provider
	Name    string  `json:"name"`    // how the person is shown to colleagues
	Role    Role    `json:"role"`
	Service Service `json:"service,omitempty"`
	Unit    string  `json:"unit,omitempty"`
	// Territories are those the person works for; a Cross writes in them, a CLCT sees their aggregates.
	Territories []TerritoryCode `json:"territories,omitempty"`
	// Chains holds, for each territory, the chain it lies in, as the gazetteer had it when the grant was given.
	Chains [][]TerritoryCode `json:"chains,omitempty"`
	Groups []string          `json:"groups,omitempty"`
	From   time.Time         `json:"from"`
	Until  time.Time         `json:"until,omitzero"` // zero: no end
	By     string            `json:"by"`             // the subject who gave it
}

// Active reports whether the grant holds at a moment.
func (g *Grant) Active(at time.Time) bool {
	return !at.Before(g.From) && (g.Until.IsZero() || at.Before(g.Until))
}

// Viewer is a person with a grant, at work in a session.
type Viewer struct {
	Subject     string
	Name        string
	Role        Role
	Service     Service
	Unit        string
	Territories []TerritoryCode
	Chains      [][]TerritoryCode
	Groups      []string
	Motive      string // stated when the session began
	Case        string // opaque reference, where the motive wants one
	// Grant is the grant in force.
	Grant ID
	// Token is the API token that asks in the person's place, zero in a session. It only reads, and only in Limits where
	// there are any.
	Token  ID
	Limits []TerritoryCode
}

// Viewer makes the viewer that a grant stands for.
func (g *Grant) Viewer() Viewer {
	return Viewer{
		Subject: g.Subject, Name: g.Name, Role: g.Role, Service: g.Service, Unit: g.Unit,
		Territories: slices.Clone(g.Territories), Chains: g.Chains, Groups: sortedUnique(g.Groups),
		Grant: g.ID,
	}
}

// Owns reports whether the viewer's service and unit own the record.
func (v *Viewer) Owns(o Owner) bool {
	return v.Unit != "" && v.Service == o.Service && v.Unit == o.Unit
}

// Covers reports whether a chain of territories lies in one of the viewer's.
func (v *Viewer) Covers(chain []TerritoryCode) bool {
	for _, code := range v.Territories {
		if chainHolds(chain, code) {
			return true
		}
	}
	return false
}

// unlimited reports whether a chain of territories lies where the token reaches; without a token it always does.
func (v *Viewer) unlimited(chain []TerritoryCode) bool {
	return len(v.Limits) == 0 || slices.ContainsFunc(v.Limits, func(code TerritoryCode) bool { return chainHolds(chain, code) })
}
