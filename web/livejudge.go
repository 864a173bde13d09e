package web

import (
	"errors"
	"time"
)

// stands judges anew only when something can have changed: thousands of streams ask several times a second.
func (t *stream) stands() error {
	if !t.sessionIsDue() && t.granted == t.server.Map.Snapshot().GrantsSeq() && t.server.now().Before(t.until) {
		return nil
	}
	_, err := t.again()
	return err
}

func (t *stream) sessionIsDue() bool {
	return t.who.token.IsZero() && (time.Since(t.checked) > checkSession || t.server.final.ended() != traceOf(t.r).ends)
}

// endOfRight is when what a visit may see ends or changes by itself: at midnight, or before that with the grant or the token.
func (s *Server) endOfRight(v *visit) time.Time {
	year, month, day := v.at.Date()
	end := time.Date(year, month, day+1, 0, 0, 0, 0, s.zone)
	if grant, ok := v.snap.Grant(v.viewer.Grant); ok && !grant.Until.IsZero() && grant.Until.Before(end) {
		end = grant.Until
	}
	if token, ok := v.snap.Token(v.viewer.Token); ok && token.Until.Before(end) {
		end = token.Until
	}
	return end
}

// again judges anew who follows: the grant or the token every time, the session, which is read from its store, now and then.
// With another day embargoes have begun or ended: the client reads everything anew.
func (t *stream) again() (*visit, error) {
	if t.sessionIsDue() {
		var err error
		traceOf(t.r).ends = t.server.final.ended()
		if t.who.session, err = t.server.sessionAgain(t.r); err != nil {
			return nil, errors.Join(errEnded, err)
		}
		t.checked = time.Now()
	}
	v, err := t.server.visitOf(t.who)
	if err != nil {
		return nil, errors.Join(errEnded, err)
	}
	t.granted, t.until = v.snap.GrantsSeq(), t.server.endOfRight(v)
	if day := v.scope.Day(); day != t.day {
		t.day = day
		return v, t.write(t.event("reset", "{}"))
	}
	return v, nil
}
