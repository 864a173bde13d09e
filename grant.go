package dealmap

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// GiveGrant gives a person the right to work on the map.
type GiveGrant struct {
	ID    ID // drawn by the caller
	Grant Grant
}

// Decide implements Command.
func (c GiveGrant) Decide(s State, v Viewer, env Env) ([]Event, error) {
	if err := v.allow(ActionGrant, nil); err != nil {
		return nil, err
	}
	var errs fieldErrors
	g := c.Grant
	g.ID, g.By = c.ID, v.Subject
	if c.ID.IsZero() || s.Grant(c.ID) != nil {
		errs.add("id", "manque ou est déjà pris")
	}
	checkSubject(&errs, g.Subject)
	checkText(&errs, "name", g.Name, 1, 80)
	if !known(Roles(), string(g.Role)) {
		errs.add("role", "« %s » est inconnu (%s)", clip(string(g.Role)), oneOf(Roles()))
	}
	if g.Service != "" && !known(Services(), string(g.Service)) {
		errs.add("service", "« %s » est inconnu (%s)", clip(string(g.Service)), oneOf(Services()))
	}
	checkText(&errs, "unit", g.Unit, 0, 80)
	if slices.Contains([]Role{RoleInvestigator, RoleCross, RoleOfast}, g.Role) && (g.Service == "" || g.Unit == "") {
		errs.add("unit", "ce rôle appartient à un service et à une unité")
	}
	if slices.Contains([]Role{RoleCross, RolePrefet, RoleProcureur}, g.Role) && len(g.Territories) == 0 {
		errs.add("territories", "ce rôle s’exerce sur un territoire")
	}
	g.Chains = nil
	for i, code := range g.Territories {
		if code == France {
			continue
		}
		chain, ok := env.Gazetteer.Chain(code)
		if !ok {
			errs.add(fmt.Sprintf("territories[%d]", i), "« %s » est un territoire inconnu", clip(string(code)))
			continue
		}
		g.Chains = append(g.Chains, chain)
	}
	g.Groups = sortedUnique(g.Groups)
	for i, group := range g.Groups {
		checkCode(&errs, fmt.Sprintf("groups[%d]", i), group, 40)
	}
	if g.From.IsZero() {
		g.From = env.Now.UTC().Truncate(time.Millisecond)
	}
	if g.From.Before(startOfDay(env.Now)) {
		errs.add("from", "le début est passé : une habilitation ne vaut pas pour hier")
	}
	if !g.Until.IsZero() && !g.Until.After(g.From) {
		errs.add("until", "la fin précède le début")
	} else if !g.Until.IsZero() && !g.Until.After(env.Now) {
		errs.add("until", "la fin est déjà passée")
	}
	if err := errs.err(); err != nil {
		return nil, err
	}
	if g.Subject == v.Subject {
		return nil, Forbidden("personne ne s’habilite soi-même : demandez à un autre administrateur")
	}
	for _, other := range s.GrantsOf(g.Subject) {
		if other.overlaps(&g) {
			return nil, &Error{Kind: KindConflict, Message: fmt.Sprintf("cette personne a déjà une habilitation (%s, depuis le %s) à ces dates : terminez-la d’abord",
				Label(Roles(), string(other.Role)), other.From.In(env.Now.Location()).Format("02/01/2006"))}
		}
	}
	return []Event{env.event(v, c.ID, GrantGiven{Grant: g})}, nil
}

// externalSubject is a person of an identity provider: oidc:<issuer>#<sub>. A sub is up to 255 ASCII characters (OpenID
// Connect Core 1.0, section 2).
var externalSubject = regexp.MustCompile(`^oidc:https?://[!-"$-~]{1,300}#[!-~]{1,255}$`)

func checkSubject(errs *fieldErrors, subject string) {
	if !strings.HasPrefix(subject, "oidc:") {
		checkCode(errs, "subject", subject, 200)
	} else if !externalSubject.MatchString(subject) {
		errs.add("subject", "« %s » n’a pas la forme oidc:<émetteur>#<sub>", clip(subject))
	}
}

func startOfDay(at time.Time) time.Time {
	year, month, day := at.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, at.Location())
}

// overlaps reports whether there is a moment at which both grants hold. One that ended when it began never held.
func (g *Grant) overlaps(o *Grant) bool {
	ends := func(a, b *Grant) bool { return !a.Until.IsZero() && !a.Until.After(b.From) }
	held := g.Until.IsZero() || g.Until.After(g.From)
	return held && !ends(g, o) && !ends(o, g)
}

// EndGrant takes rights away at once.
type EndGrant struct{ ID ID }

// Decide implements Command.
func (c EndGrant) Decide(s State, v Viewer, env Env) ([]Event, error) {
	if err := v.allow(ActionGrant, nil); err != nil {
		return nil, err
	}
	g := s.Grant(c.ID)
	if g == nil {
		return nil, NotFound()
	}
	if !g.Until.IsZero() && !env.Now.Before(g.Until) {
		return nil, &Error{Kind: KindConflict, Message: "cette habilitation est déjà terminée"}
	}
	if g.Subject == v.Subject {
		return nil, Forbidden("personne ne termine sa propre habilitation : demandez à un autre administrateur")
	}
	return []Event{env.event(v, c.ID, GrantEnded{At: env.Now.UTC().Truncate(time.Millisecond)})}, nil
}

// Console is the viewer who works at the machine itself with the commands of the binary: an administrator who gives the
// first grants, or an Ofast who imports lists and seeds the map. There is no session behind it; the journal says so.
func Console(operator string, role Role) Viewer {
	v := Viewer{Subject: "console:" + operator, Name: operator, Role: role, Motive: "administration"}
	if role == RoleOfast {
		v.Service, v.Unit, v.Territories = ServiceOfast, "Console", []TerritoryCode{France}
	}
	return v
}
