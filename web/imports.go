package web

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

const (
	// mostUploads bounds the lists that are being received at once, mostUploadsOfOne those of one person.
	mostUploads, mostUploadsOfOne = 16, 2
	// uploadPatience is how long the file of a list may take to arrive.
	uploadPatience = 15 * time.Minute
	octets         = "application/octet-stream"
)

// answerDesk is answerPerson for calls to the desk of lists.
func (s *Server) answerDesk(w http.ResponseWriter, r *http.Request, call func(*visit) (reply, error)) {
	s.answerPerson(w, r, func(v *visit) (reply, error) {
		if s.Imports == nil {
			return reply{}, refuse(dealmap.KindUnavailable, "ce serveur n’importe pas de listes")
		}
		return call(v)
	})
}

// withImport is answerDesk for calls about one import.
func (s *Server) withImport(w http.ResponseWriter, r *http.Request, text string, allowed []string, call func(*visit, dealmap.ID) (reply, error)) {
	s.answerDesk(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query(), allowed...); err != nil {
			return reply{}, err
		}
		id, err := dealmap.ParseID(text)
		if err != nil {
			return reply{}, dealmap.NotFound()
		}
		return call(v, id)
	})
}

// ListImports lists the lists of the viewer's unit.
func (s *Server) ListImports(w http.ResponseWriter, r *http.Request) {
	s.answerDesk(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		lists, err := s.Imports.Lists(v.viewer)
		if err != nil {
			return reply{}, err
		}
		out := api.ImportList{Imports: []api.Import{}}
		for _, l := range lists {
			l.Header, l.Sample, l.Suggestion = nil, nil, nil // of one list only
			out.Imports = append(out.Imports, importOf(v, l))
		}
		return reply{body: out}, nil
	})
}

// AddImport takes a list in.
func (s *Server) AddImport(w http.ResponseWriter, r *http.Request, in api.AddImportParams) {
	s.answerDesk(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query(), "name"); err != nil {
			return reply{}, err
		}
		if given := r.Header.Get("Content-Type"); given != octets {
			return reply{}, refuse(kindMediaType, "« %s » reçu, %s attendu", clip(given), octets)
		}
		largest := s.Imports.Largest()
		if r.ContentLength > largest {
			return reply{}, refuse(kindTooLarge, "le fichier fait %d Mio, %d au plus : partagez la liste", r.ContentLength>>20, largest>>20)
		}
		leave, ok := s.uploads.begin(v.viewer.Subject)
		if !ok {
			return reply{}, refuse(kindTooMany, "des listes sont déjà en cours d’envoi : attendez la fin de l’une d’elles")
		}
		defer leave()
		control := http.NewResponseController(w)
		late := time.Now().Add(uploadPatience)
		_ = control.SetReadDeadline(late)                   // a server without deadlines needs none
		_ = control.SetWriteDeadline(late.Add(time.Minute)) // reading the file again comes after it
		list, err := s.Imports.Add(r.Context(), v.viewer, in.Name, r.ContentLength, http.MaxBytesReader(w, r.Body, largest+1))
		if err != nil {
			return reply{}, err
		}
		return reply{
			status: http.StatusCreated, body: importOf(v, list), header: map[string]string{"Location": "/api/v1/imports/" + list.ID.String()},
		}, nil
	})
}

// GetImport says where an import stands.
func (s *Server) GetImport(w http.ResponseWriter, r *http.Request, text api.ImportId) {
	s.withImport(w, r, text, nil, func(v *visit, id dealmap.ID) (reply, error) {
		list, err := s.Imports.Get(v.viewer, id)
		return reply{body: importOf(v, list)}, err
	})
}

// DropImport forgets a list that is not on the map.
func (s *Server) DropImport(w http.ResponseWriter, r *http.Request, text api.ImportId) {
	s.withImport(w, r, text, nil, func(v *visit, id dealmap.ID) (reply, error) {
		return reply{status: http.StatusNoContent}, s.Imports.Drop(v.viewer, id)
	})
}

// ReadImport reads the file otherwise.
func (s *Server) ReadImport(w http.ResponseWriter, r *http.Request, text api.ImportId) {
	s.withImport(w, r, text, nil, func(v *visit, id dealmap.ID) (reply, error) {
		var in api.ReadingOptions
		data, err := readJSON(w, r, &in)
		if err != nil {
			return reply{}, err
		}
		list, err := s.Imports.Read(r.Context(), v.viewer, id, data)
		return reply{body: importOf(v, list)}, err
	})
}

// MapImport says what the columns mean.
func (s *Server) MapImport(w http.ResponseWriter, r *http.Request, text api.ImportId) {
	s.withImport(w, r, text, nil, func(v *visit, id dealmap.ID) (reply, error) {
		var in api.MappingRequest
		data, err := readJSON(w, r, &in)
		if err != nil {
			return reply{}, err
		}
		var whole struct {
			Mapping json.RawMessage `json:"mapping"`
		}
		if err := json.Unmarshal(data, &whole); err != nil {
			return reply{}, refuse(kindMalformed, "le JSON n’est pas valable")
		}
		list, err := s.Imports.Map(v.viewer, id, whole.Mapping, value(in.SaveAs))
		return reply{status: http.StatusAccepted, body: importOf(v, list)}, err
	})
}

// CommitImport begins to bring a list onto the map.
func (s *Server) CommitImport(w http.ResponseWriter, r *http.Request, text api.ImportId) {
	s.withImport(w, r, text, nil, func(v *visit, id dealmap.ID) (reply, error) {
		var in api.CommitImportJSONBody
		if _, err := readJSON(w, r, &in); err != nil {
			return reply{}, err
		}
		threshold := dealmap.AcceptFrom
		if in.Threshold != nil {
			threshold = *in.Threshold
		}
		list, err := s.Imports.Commit(r.Context(), v.viewer, id, threshold)
		return reply{status: http.StatusAccepted, body: importOf(v, list)}, err
	})
}

// UndoImport begins to take an import off the map.
func (s *Server) UndoImport(w http.ResponseWriter, r *http.Request, text api.ImportId) {
	s.withImport(w, r, text, nil, func(v *visit, id dealmap.ID) (reply, error) {
		var in api.UndoImportJSONBody
		if _, err := readJSON(w, r, &in); err != nil {
			return reply{}, err
		}
		if in.Edited != "keep" && in.Edited != "withdraw" {
			return reply{}, dealmap.Invalid("edited", "« "+clip(string(in.Edited))+" » est inconnu (keep, withdraw)")
		}
		list, err := s.Imports.Undo(r.Context(), v.viewer, id, in.Edited == "keep")
		return reply{status: http.StatusAccepted, body: importOf(v, list)}, err
	})
}

// GetImportReport says what came of a list.
func (s *Server) GetImportReport(w http.ResponseWriter, r *http.Request, text api.ImportId) {
	s.withImport(w, r, text, nil, func(v *visit, id dealmap.ID) (reply, error) {
		list, err := s.Imports.Get(v.viewer, id)
		if err != nil {
			return reply{}, err
		}
		if list.Import == nil {
			return reply{}, refuse(dealmap.KindConflict, "cette liste n’est pas validée : il n’y a pas encore de rapport")
		}
		waiting, err := s.Imports.Waiting(v.viewer, id)
		if err != nil {
			return reply{}, err
		}
		list.Waiting = waiting
		return reply{body: importReport(list), line: v.line(dealmap.WhatCounts, "import="+id.String())}, nil
	})
}

// ListImportFields lists what columns can mean.
func (s *Server) ListImportFields(w http.ResponseWriter, r *http.Request) {
	s.answerDesk(w, r, func(*visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		out := struct {
			Fields []api.ImportField `json:"fields"`
		}{[]api.ImportField{}}
		for _, f := range s.Imports.Fields() {
			out.Fields = append(out.Fields, api.ImportField{Name: f.Name, Label: f.Label, Help: f.Help, Terms: terms(f.Terms), Settable: f.Settable})
		}
		return reply{body: out, shared: true}, nil
	})
}

// ListImportProfiles lists the mappings that the viewer's service keeps.
func (s *Server) ListImportProfiles(w http.ResponseWriter, r *http.Request) {
	s.answerDesk(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		kept, err := s.Imports.Profiles(v.viewer)
		if err != nil {
			return reply{}, err
		}
		if kept == nil {
			kept = []json.RawMessage{}
		}
		return reply{body: map[string]any{"profiles": kept}}, nil
	})
}

// DeleteImportProfile forgets a mapping.
func (s *Server) DeleteImportProfile(w http.ResponseWriter, r *http.Request, name string) {
	s.answerDesk(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		return reply{status: http.StatusNoContent}, s.Imports.DeleteProfile(v.viewer, name)
	})
}
