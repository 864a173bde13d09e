package main

import (
	"io"

	"github.com/mesure5/dealmap"
)

type policyCmd struct{}

// Help is shown by dealmap policy --help.
func (policyCmd) Help() string {
	return "Le document est tiré des tables mêmes qui décident ; policy.md, dans les sources, est ce texte."
}

// Run prints who may see what, as a document.
func (policyCmd) Run(out *output) error {
	_, err := io.WriteString(out.stdout, dealmap.Policy())
	return err
}
