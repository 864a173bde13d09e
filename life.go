package dealmap

import "slices"

// Action is something a person may wish to do to the map. The same names tell the screen what to offer.
type Action string

// The actions.
const (
	ActionAdd     Action = "add"
	ActionEdit    Action = "edit"
	ActionConfirm Action = "confirm"
	ActionStep    Action = "step" // between the live statuses
	ActionClose   Action = "close"
	ActionReopen  Action = "reopen"
	ActionMerge   Action = "merge" // make one place of two records, or two again
	ActionImport  Action = "import"
	ActionGrant   Action = "grant"
	ActionErase   Action = "erase"
	ActionEmbargo Action = "embargo"
	ActionExport  Action = "export" // what is seen, to named recipients
	ActionToken   Action = "token"
	ActionReport  Action = "report"  // hand in a report
	ActionSettle  Action = "settle"  // say what became of one
	ActionAudit   Action = "audit"   // who saw and changed what
	ActionOperate Action = "operate" // record an operation, change it, take it away
	ActionMeet    Action = "meet"    // note that the CLCT met
	ActionLink    Action = "link"    // tie two places, change the tie, take it away
	ActionNetwork Action = "network" // open the record of a network, change it, take it away
)

// Reach of a right: where a role may act.
type where int

const (
	nowhere where = iota
	inTerritory
	anywhere
)

// rights is the table of who may do what, and where. A role that is not in a row may not.
var rights = map[Action]map[Role]where{
	ActionAdd:     {RoleCross: inTerritory, RoleOfast: anywhere},
	ActionEdit:    {RoleCross: inTerritory, RoleOfast: anywhere},
	ActionConfirm: {RoleInvestigator: anywhere, RoleCross: anywhere, RoleOfast: anywhere},
	ActionStep:    {RoleCross: inTerritory, RoleOfast: anywhere},
	ActionClose:   {RoleCross: inTerritory, RoleOfast: anywhere},
	ActionReopen:  {RoleCross: inTerritory, RoleOfast: anywhere},
	ActionMerge:   {RoleCross: inTerritory, RoleOfast: anywhere},
	ActionImport:  {RoleCross: inTerritory, RoleOfast: anywhere},
	ActionGrant:   {RoleAdmin: anywhere},
	ActionErase:   {RoleOfast: anywhere},
	ActionEmbargo: {RoleProcureur: inTerritory},
	ActionExport:  {RoleInvestigator: anywhere, RoleCross: anywhere, RoleOfast: anywhere},
	ActionToken:   {RoleInvestigator: anywhere, RoleCross: anywhere, RoleOfast: anywhere, RolePrefet: anywhere, RoleProcureur: anywhere},
	ActionReport:  {RolePartner: anywhere, RoleInvestigator: anywhere, RoleCross: anywhere, RoleOfast: anywhere},
	ActionSettle:  {RoleCross: inTerritory, RoleOfast: anywhere},
	ActionAudit:   {RoleAuditor: anywhere},
	ActionOperate: {RoleCross: inTerritory, RoleOfast: anywhere},
	ActionLink:    {RoleCross: inTerritory, RoleOfast: anywhere},
	ActionNetwork: {RoleCross: inTerritory, RoleOfast: anywhere},
	ActionMeet:    {RolePrefet: inTerritory, RoleProcureur: inTerritory, RoleCross: inTerritory, RoleOfast: anywhere},
}

// reading are the actions that change nothing: all that a token may be used for.
var reading = []Action{ActionExport}

// steps is the life of a place: which status may follow which, and by what action. Closed points come back.
var steps = map[Status]map[Status]Action{
	Reported:  {Active: ActionStep, Dormant: ActionStep, Closed: ActionClose},
	Active:    {Disrupted: ActionStep, Dormant: ActionStep, Closed: ActionClose},
	Disrupted: {Active: ActionStep, Dormant: ActionStep, Closed: ActionClose},
	Dormant:   {Active: ActionStep, Closed: ActionClose},
	Closed:    {Active: ActionReopen},
}

// actionNames says each action in a French sentence: « seule une Cross … peut … ».
var actionNames = map[Action]string{
	ActionAdd: "ajouter un point", ActionEdit: "modifier ce point", ActionConfirm: "confirmer ce point",
	ActionStep: "changer l’état de ce point", ActionClose: "fermer ce point", ActionReopen: "rouvrir ce point",
	ActionMerge: "fusionner ou séparer des fiches", ActionImport: "importer une liste", ActionGrant: "gérer les habilitations", ActionErase: "effacer ce point",
	ActionEmbargo: "mettre ou lever un embargo", ActionExport: "exporter", ActionToken: "créer un jeton",
	ActionReport: "envoyer un signalement", ActionSettle: "traiter ce signalement", ActionAudit: "consulter les journaux",
	ActionOperate: "noter une opération", ActionMeet: "noter une réunion du CLCT",
	ActionLink: "lier ces lieux", ActionNetwork: "tenir la fiche de ce réseau",
}

// May reports whether the viewer has the right to an action somewhere at all; the screen offers what is possible.
func (v *Viewer) May(action Action) bool { return v.right(action) != nowhere }

func (v *Viewer) right(action Action) where {
	if !v.Token.IsZero() && !slices.Contains(reading, action) {
		return nowhere
	}
	return rights[action][v.Role]
}

// MayAt reports whether the viewer may do this at a place with this chain of territories.
func (v *Viewer) MayAt(action Action, chain []TerritoryCode) bool {
	switch v.right(action) {
	case anywhere:
		return true
	case inTerritory:
		return v.Covers(chain)
	}
	return false
}

// allow is MayAt with the reason for a refusal.
func (v *Viewer) allow(action Action, chain []TerritoryCode) error {
	if v.MayAt(action, chain) {
		return nil
	}
	if !v.Token.IsZero() {
		return Forbidden("un jeton ne permet que de lire")
	}
	if rights[action][RolePrefet] == inTerritory && rights[action][RoleCross] == inTerritory {
		return Forbidden("seuls le préfet, le procureur et la Cross compétents sur ce territoire, ou l’Ofast, peuvent %s", actionNames[action])
	}
	if rights[action][RoleCross] == inTerritory {
		return Forbidden("seule la Cross compétente sur ce territoire, ou l’Ofast, peut %s", actionNames[action])
	}
	return Forbidden("votre rôle ne permet pas de %s", actionNames[action])
}

// Step names one possible step of a place's life, for the screen and the contract.
type Step struct {
	From   Status
	To     Status
	Action Action
}

// Steps returns the table of steps in the order of the statuses.
func Steps() []Step { return slices.Clone(stepsInOrder) }

// StepsFrom are those that start from a status.
func StepsFrom(status Status) (list []Step) {
	for _, step := range stepsInOrder {
		if step.From == status {
			list = append(list, step)
		}
	}
	return list
}

var stepsInOrder = func() (list []Step) {
	for _, from := range Statuses() {
		for _, to := range Statuses() {
			if action, ok := steps[Status(from.Value)][Status(to.Value)]; ok {
				list = append(list, Step{Status(from.Value), Status(to.Value), action})
			}
		}
	}
	return list
}()
