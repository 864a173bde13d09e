package web

import (
	"encoding/json"
	"errors"
	"time"
)

// lookAtNode is how often a stream looks whether the node stands as it did.
const lookAtNode = time.Second

// nodeBegins tells how the node stands when the stream begins.
func (t *stream) nodeBegins() error {
	if t.server.Node == nil {
		return nil
	}
	t.standing, t.looked = t.server.Node.Standing(), time.Now()
	return t.write(t.nodeEvent())
}

// nodeStands tells of a node whose standing has changed, and ends the stream with what may be served.
func (t *stream) nodeStands() error {
	if t.server.Node == nil || time.Since(t.looked) < lookAtNode {
		return nil
	}
	t.looked = time.Now()
	standing := t.server.Node.Standing()
	if standing.Over(t.server.now()) {
		return errors.Join(errEnded, tooLongAlone(standing))
	}
	if standing.same(t.standing) {
		return nil
	}
	t.standing = standing
	return t.write(t.nodeEvent())
}

// nodeEvent is how the node stands.
func (t *stream) nodeEvent() string {
	data, err := json.Marshal(apiStanding(t.standing))
	if err != nil {
		return "" // words and moments: cannot fail
	}
	return t.event("node", string(data))
}
