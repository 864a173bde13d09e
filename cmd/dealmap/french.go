package main

import (
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
)

// frenchHelp is kong's help with its own words in French.
func frenchHelp(options kong.HelpOptions, ctx *kong.Context) error {
	stdout := ctx.Stdout
	var english strings.Builder
	ctx.Stdout = &english
	err := kong.DefaultHelpPrinter(options, ctx)
	ctx.Stdout = stdout
	if err != nil {
		return err
	}
	_, err = strings.NewReplacer(
		"Usage: ", "Usage : ", "<command> [flags]", "<commande> [options]", "[flags]", "[options]", "\nFlags:\n", "\nOptions :\n",
		"\nArguments:\n", "\nArguments :\n", "\nCommands:\n", "\nCommandes :\n",
		`Run "dealmap <command> --help" for more information on a command.`, "« dealmap <commande> --help » dit le reste d’une commande.",
	).WriteString(stdout, english.String())
	return err
}

// systemWords are what the operating system says of files, ports and disks.
var systemWords = strings.NewReplacer(
	"no such file or directory", "fichier ou dossier introuvable", "address already in use", "ce port est déjà pris",
	"permission denied", "accès refusé", "no space left on device", "le disque est plein", "is not a directory", "n’est pas un dossier",
	"not a directory", "n’est pas un dossier", "is a directory", "est un dossier", "exists but n’est", "n’est", "no such host", "machine inconnue",
	"cannot assign requested address", "cette adresse n’est pas de cette machine", "read-only file system", "système de fichiers en lecture seule",
	"input/output error", "erreur de lecture ou d’écriture du disque", "file too large", "fichier trop grand", "disk quota exceeded", "quota de disque dépassé",
	"invalid port", "port non valable", "exists but est un dossier", "est un dossier", "exists but is a directory", "est un dossier",
)

// callWords are what kong says of a command that was called wrongly.
var callWords = []struct {
	pattern *regexp.Regexp
	french  string
}{
	{regexp.MustCompile(`^unknown flag (\S+?)(,|$)`), "option $1 inconnue$2"},
	{regexp.MustCompile(`^unexpected argument (\S+?)(,|$)`), "« $1 » n’est pas attendu$2"},
	{regexp.MustCompile(`, did you mean (?:one of )?(.*)\?$`), " ; vouliez-vous dire $1 ?"},
	{regexp.MustCompile(`^expected one of (.*)`), "une commande est attendue : $1"},
	{regexp.MustCompile(`^expected (.*)`), "il manque $1"},
	{regexp.MustCompile(`^missing flags: (.*)`), "il manque $1"},
	{regexp.MustCompile(`^missing positional arguments (.*)`), "il manque $1"},
	{regexp.MustCompile(`^(\S+) must be one of (.*) but got "(.*)"$`), "$1 : « $3 » n’est pas l’un de $2"},
	{regexp.MustCompile(`^(\S+): expected a valid \d+ bit u?int but got "(.*)"$`), "$1 : « $2 » n’est pas un nombre entier"},
	{regexp.MustCompile(`^(\S+): bool value must be .* but got "(.*)"$`), "$1 : « $2 » n’est ni true ni false"},
	{regexp.MustCompile(`^(\S+): slog: level string (".*"): unknown name$`), "$1 : $2 n’est pas l’un de debug, info, warn, error"},
	{regexp.MustCompile(`^(\S+): expected "<key>=<value>" but got "(.*)"$`), "$1 : « $2 » n’est pas de la forme champ=valeur"},
	{regexp.MustCompile(`^(\S+): missing value, expecting .*$`), "$1 : une valeur est attendue"},
	{regexp.MustCompile(`^(--\S+|<[^>]*>(?: \.\.\.)?): `), "$1 : "},
	{regexp.MustCompile(`^open secrets (/[^:]*): `), "$1 : "},
	{regexp.MustCompile(`^(?:(?:open|verify) (?:audit of |store|consultation log|secrets|sessions|journal|/)[^:]*: )+`), ""},
	{regexp.MustCompile(`(^| ?: )(?:stat|open|mkdir) `), "$1"},
	{regexp.MustCompile(` ?: listen tcp(?: \S+)?: (?:bind: |address \d+: )?`), " : "},
	{regexp.MustCompile(` ?: lookup \S+(?: on \S+)?: `), " : "},
}

// inFrench is an error for the person at the terminal: the messages of the project are French already, those of the system and
// of the command line are put into French here. What is not known stays as it is.
func inFrench(err error) string {
	text := systemWords.Replace(err.Error())
	for _, w := range callWords {
		text = w.pattern.ReplaceAllString(text, w.french)
	}
	return text
}
