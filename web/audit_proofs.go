package web

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

var errNote = errors.New("the signed checkpoint does not have the form of one")

// logs are those that have checkpoints.
var logs = []string{dealmap.LogJournal, dealmap.LogConsultations}

// GetCheckpoints shows the latest signed checkpoint of each log.
func (s *Server) GetCheckpoints(w http.ResponseWriter, r *http.Request) {
	s.audit(w, r, dealmap.WhatAudit, func(*visit) (any, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return nil, err
		}
		out := api.Checkpoints{Key: s.Audit.Key()}
		for _, log := range logs {
			checkpoint, err := s.checkpoint(r.Context(), "", log)
			if err != nil {
				return nil, err
			}
			out.Checkpoints = append(out.Checkpoints, checkpoint)
		}
		nodes := s.Audit.Nodes()
		if len(nodes) == 1 {
			return out, nil
		}
		out.Checkpoints[len(out.Checkpoints)-1].Node = some(nodes[0].Node)
		for _, node := range nodes[1:] {
			checkpoint, err := s.checkpoint(r.Context(), node.Node, dealmap.LogConsultations)
			if dealmap.KindOf(err) == dealmap.KindNotFound {
				continue // none of its has come here yet
			}
			if err != nil {
				return nil, err
			}
			checkpoint.Node = some(node.Node)
			out.Checkpoints = append(out.Checkpoints, checkpoint)
		}
		return out, nil
	})
}

func (s *Server) checkpoint(ctx context.Context, node, log string) (api.Checkpoint, error) {
	note, err := s.Audit.Checkpoint(ctx, node, log)
	if err != nil {
		return api.Checkpoint{}, err
	}
	out, err := noteOf(log, note)
	if err != nil {
		return out, fmt.Errorf("checkpoint of %s: %w", log, err)
	}
	return out, nil
}

// noteOf takes a signed checkpoint apart (C2SP tlog-checkpoint): origin, size, root, and when it was made.
func noteOf(log string, note []byte) (api.Checkpoint, error) {
	out := api.Checkpoint{Log: api.LogName(log), Note: string(note)}
	body, _, signed := strings.Cut(out.Note, "\n\n")
	lines := strings.Split(body, "\n")
	if !signed || len(lines) < 3 {
		return out, errNote
	}
	var err error
	if out.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return out, errNote
	}
	out.Root = lines[2]
	for _, extension := range lines[3:] {
		if text, ok := strings.CutPrefix(extension, "time="); ok {
			if out.At, err = time.Parse(time.RFC3339, text); err != nil {
				return out, errNote
			}
		}
	}
	return out, nil
}

// ofLog reads which log and which size a proof is asked for; the size is that of the latest checkpoint by default.
func (s *Server) ofLog(ctx context.Context, query url.Values) (node, log string, size int64, err error) {
	log = query.Get("log")
	if log != dealmap.LogJournal && log != dealmap.LogConsultations {
		return "", "", 0, badParameter("log", "« %s » est inconnu (%s, %s)", clip(log), dealmap.LogJournal, dealmap.LogConsultations)
	}
	if node, err = s.nodeAsked(query); err != nil {
		return "", "", 0, err
	}
	if node != "" && log == dealmap.LogJournal {
		return "", "", 0, badParameter("node", "le journal des modifications est le même pour tous les nœuds")
	}
	latest, err := s.checkpoint(ctx, node, log)
	if err != nil || query.Get("size") == "" {
		return node, log, latest.Size, err
	}
	size, err = numberIn(query, "size", 1, latest.Size)
	return node, log, size, err
}

// numberIn reads a whole number within bounds.
func numberIn(query url.Values, name string, least, most int64) (int64, error) {
	n, err := strconv.ParseInt(query.Get(name), 10, 64)
	if err != nil || n < least || n > most {
		if most < least {
			return 0, badParameter(name, "le journal est encore vide")
		}
		return 0, badParameter(name, "un nombre de %d à %d est attendu", least, most)
	}
	return n, nil
}

// ProveInclusion proves that a line is in a log.
func (s *Server) ProveInclusion(w http.ResponseWriter, r *http.Request, _ api.ProveInclusionParams) {
	s.audit(w, r, dealmap.WhatAudit, func(*visit) (any, error) {
		query := r.URL.Query()
		if err := checkNames(query, "log", "node", "line", "size"); err != nil {
			return nil, err
		}
		node, log, size, err := s.ofLog(r.Context(), query)
		if err != nil {
			return nil, err
		}
		line, err := numberIn(query, "line", 1, size)
		if err != nil {
			return nil, err
		}
		leaf, root, proof, err := s.Audit.Inclusion(r.Context(), node, log, size, line)
		if err != nil {
			return nil, err
		}
		return api.InclusionProof{
			Log: api.LogName(log), Node: some(node), Line: line, Size: size, Leaf: base64Of(leaf), Root: base64Of(root), Hashes: allBase64(proof),
		}, nil
	})
}

// ProveConsistency proves that a log begins with what it was.
func (s *Server) ProveConsistency(w http.ResponseWriter, r *http.Request, _ api.ProveConsistencyParams) {
	s.audit(w, r, dealmap.WhatAudit, func(*visit) (any, error) {
		query := r.URL.Query()
		if err := checkNames(query, "log", "node", "old", "size"); err != nil {
			return nil, err
		}
		node, log, size, err := s.ofLog(r.Context(), query)
		if err != nil {
			return nil, err
		}
		old, err := numberIn(query, "old", 1, size)
		if err != nil {
			return nil, err
		}
		oldRoot, root, proof, err := s.Audit.Consistency(r.Context(), node, log, old, size)
		if err != nil {
			return nil, err
		}
		return api.ConsistencyProof{
			Log: api.LogName(log), Node: some(node), Old: old, Size: size, OldRoot: base64Of(oldRoot), Root: base64Of(root), Hashes: allBase64(proof),
		}, nil
	})
}

func base64Of(h dealmap.Hash) string { return base64.StdEncoding.EncodeToString(h[:]) }

func allBase64(hashes []dealmap.Hash) []string {
	out := make([]string, len(hashes))
	for i, h := range hashes {
		out[i] = base64Of(h)
	}
	return out
}
