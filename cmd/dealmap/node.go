package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/mesure5/dealmap/store/secrets"
)

type nodeCmd struct {
	Key nodeKeyCmd `cmd:"" help:"Écrire la clé d’installation dans un fichier, pour un nouveau nœud."`
}

type nodeKeyCmd struct {
	Out string `help:"Fichier à écrire ; il ne doit pas exister." required:"" type:"path" placeholder:"FICHIER"`
}

// Help is shown by dealmap node key --help.
func (nodeKeyCmd) Help() string {
	return `Tous les nœuds d’une carte ont la même clé d’installation : elle scelle ce qu’ils partagent, et signe ce qu’ils attestent. Elle ne passe
jamais par la base de données. Portez le fichier sur le nouveau nœud par une voie sûre, donnez-le à son premier démarrage :

dealmap serve --journal postgres://… --join FICHIER

puis effacez-le des deux côtés. Qui a ce fichier peut fabriquer des sessions et des signatures.`
}

// Run writes the installation key into a file.
func (c *nodeKeyCmd) Run(ctx context.Context, g *Globals, out *output) error {
	return withConsole(g, out, func(console *console) error {
		text, err := give(ctx, console, writeKey{})
		if err != nil {
			return err
		}
		if err := writeSecret(c.Out, text); err != nil {
			return err
		}
		fmt.Fprintf(out.stdout, "clé d’installation écrite dans %s : portez-la sur le nouveau nœud, puis effacez ce fichier.\n", c.Out)
		return nil
	})
}

// writeKey tells the installation key as the text of a key file. Whoever may give orders may read the file of secrets too.
type writeKey struct{}

func (writeKey) do(_ context.Context, d desk) (string, error) {
	// A folder without secrets has no key to tell, and asking must not make one.
	there, err := secrets.Exists(d.path(secrets.FileName))
	if err == nil && !there {
		err = fmt.Errorf("%s : ce dossier n’a pas encore de clé d’installation : démarrez d’abord ce nœud", d.globals.Data)
	}
	if err != nil {
		return "", err
	}
	vault, err := d.Secrets()
	if err != nil {
		return "", err
	}
	return secrets.FormatKey(vault.InstallKey()), nil
}

// writeSecret writes a file that only its owner may read, and none that is there already.
func writeSecret(path, text string) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s existe déjà : donnez un autre nom, rien n’est écrasé", path)
	}
	if err != nil {
		return fmt.Errorf("écrire la clé : %w", err)
	}
	_, err = file.WriteString(text)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(fmt.Errorf("écrire la clé : %w", err), os.Remove(path))
	}
	return nil
}

// longestKeyFile is more than a key file takes, in bytes.
const longestKeyFile = 64 << 10

// readKeyFile reads the installation key from a file that dealmap node key has written.
func readKeyFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("--join : %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() > longestKeyFile {
		return nil, fmt.Errorf("--join : %s : %w", filepath.Base(path), secrets.ErrKeyFile)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--join : %w", err)
	}
	key, err := secrets.ParseKey(string(text))
	if err != nil {
		return nil, fmt.Errorf("--join : %s : %w", path, err)
	}
	return key, nil
}
