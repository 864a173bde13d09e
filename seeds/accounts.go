package seeds

import "github.com/mesure5/dealmap"

// DemoPassword is the password of every demonstration account; the server that takes it listens on loopback only.
const DemoPassword = "demonstration"

// DemoAccount is a local account of the demonstration: one for each kind of user.
type DemoAccount struct {
	Username, Name string
	Role           dealmap.Role
	Service        dealmap.Service
	Unit           string
	Territories    []dealmap.TerritoryCode
	Groups         []string
}

// DemoAccounts are the accounts of the demonstration, in the order in which they are printed. The units are those that own
// synthetic places of the Bouches-du-Rhône and its région.
var DemoAccounts = []DemoAccount{
	{Username: "ofast", Name: "Ofast", Role: dealmap.RoleOfast, Service: dealmap.ServiceOfast, Unit: "Ofast",
		Territories: []dealmap.TerritoryCode{dealmap.France}},
	{Username: "cross13", Name: "Cross 13", Role: dealmap.RoleCross, Service: dealmap.ServicePN, Unit: "Cross 13",
		Territories: []dealmap.TerritoryCode{"dep:13"}},
	{Username: "pn", Name: "Enquêteur PN", Role: dealmap.RoleInvestigator, Service: dealmap.ServicePN, Unit: "DIPN 13",
		Territories: []dealmap.TerritoryCode{"dep:13"}, Groups: []string{"grand-delta"}},
	{Username: "gn", Name: "Enquêteur GN", Role: dealmap.RoleInvestigator, Service: dealmap.ServiceGN, Unit: "SR Marseille",
		Territories: []dealmap.TerritoryCode{"reg:93"}},
	{Username: "douane", Name: "Enquêteur Douanes", Role: dealmap.RoleInvestigator, Service: dealmap.ServiceDGDDI, Unit: "DR Marseille",
		Territories: []dealmap.TerritoryCode{"reg:93"}, Groups: []string{"ports"}},
	{Username: "prefet13", Name: "CLCT 13", Role: dealmap.RolePrefet, Unit: "Préfecture 13",
		Territories: []dealmap.TerritoryCode{"dep:13"}},
	{Username: "prefet93", Name: "CLCT 93", Role: dealmap.RolePrefet, Unit: "Préfecture 93",
		Territories: []dealmap.TerritoryCode{"dep:93"}},
	{Username: "procureur13", Name: "Parquet 13", Role: dealmap.RoleProcureur, Unit: "Parquet 13",
		Territories: []dealmap.TerritoryCode{"dep:13"}},
	{Username: "partenaire13", Name: "Partenaire 13", Role: dealmap.RolePartner, Unit: "Habitat Fictif 13",
		Territories: []dealmap.TerritoryCode{"dep:13"}},
	{Username: "auditeur", Name: "Auditeur", Role: dealmap.RoleAuditor, Unit: "Inspection"},
	{Username: "admin", Name: "Administrateur", Role: dealmap.RoleAdmin, Unit: "Administration"},
}

// Grant returns the rights of the account, as they are to be given.
func (a DemoAccount) Grant() dealmap.Grant {
	return dealmap.Grant{Subject: a.Username, Name: a.Name, Role: a.Role, Service: a.Service, Unit: a.Unit,
		Territories: a.Territories, Groups: a.Groups}
}
