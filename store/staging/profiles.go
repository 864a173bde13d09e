package staging

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/intake/mapping"
	"github.com/mesure5/dealmap/store/wholefile"
)

// mostProfiles bounds the mappings that one service keeps.
const mostProfiles = 100

// profiles are the mappings that services keep, in one small file that is replaced whole.
type profiles struct {
	path string
	mu   sync.Mutex
	kept map[dealmap.Service][]mapping.Profile
}

func openProfiles(path string) (*profiles, error) {
	p := &profiles{path: path, kept: map[dealmap.Service][]mapping.Profile{}}
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &p.kept); err != nil {
		return nil, fmt.Errorf("%s : fichier abîmé (%w) ; supprimez-le pour repartir sans profil gardé", path, err)
	}
	return p, nil
}

func (p *profiles) of(service dealmap.Service) []mapping.Profile {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.kept[service])
}

func (p *profiles) keep(service dealmap.Service, profile mapping.Profile) error {
	if err := dealmap.CheckText("save_as", profile.Name, 1, 80); err != nil {
		return err
	}
	return p.change(service, func(list []mapping.Profile) ([]mapping.Profile, error) {
		list = slices.DeleteFunc(list, func(other mapping.Profile) bool { return other.Name == profile.Name })
		if len(list) >= mostProfiles {
			return nil, &dealmap.Error{Kind: dealmap.KindConflict, Message: fmt.Sprintf("votre service garde déjà %d profils : supprimez-en un", mostProfiles)}
		}
		return append(list, profile), nil
	})
}

func (p *profiles) drop(service dealmap.Service, name string) error {
	return p.change(service, func(list []mapping.Profile) ([]mapping.Profile, error) {
		left := slices.DeleteFunc(slices.Clone(list), func(other mapping.Profile) bool { return other.Name == name })
		if len(left) == len(list) {
			return nil, dealmap.NotFound()
		}
		return left, nil
	})
}

func (p *profiles) change(service dealmap.Service, do func([]mapping.Profile) ([]mapping.Profile, error)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	list, err := do(slices.Clone(p.kept[service]))
	if err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b mapping.Profile) int { return cmp.Compare(a.Name, b.Name) })
	after := map[dealmap.Service][]mapping.Profile{}
	for other, profiles := range p.kept {
		after[other] = profiles
	}
	after[service] = list
	data, err := json.MarshalIndent(after, "", "\t")
	if err != nil {
		return fmt.Errorf("keep profiles: %w", err)
	}
	if err := wholefile.Write(p.path, wholefile.Bytes(data)); err != nil {
		return fmt.Errorf("keep profiles: %w", err)
	}
	p.kept = after
	return nil
}

// Profiles returns the mappings that the viewer's service keeps, by name.
func (d *Desk) Profiles(v dealmap.Viewer) ([]mapping.Profile, error) {
	if !v.May(dealmap.ActionImport) {
		return nil, dealmap.Forbidden("votre rôle ne permet pas d’importer une liste")
	}
	return d.profiles.of(v.Service), nil
}

// DeleteProfile forgets a mapping that the viewer's service keeps.
func (d *Desk) DeleteProfile(v dealmap.Viewer, name string) error {
	if !v.May(dealmap.ActionImport) {
		return dealmap.Forbidden("votre rôle ne permet pas d’importer une liste")
	}
	return d.profiles.drop(v.Service, name)
}
