package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/mesure5/dealmap/web"
)

// clientSecret is the environment variable that may hold what dealmap authenticates with to the identity provider. It is no
// option of the command line, which every process of the machine can read.
const clientSecret = "DEALMAP_OIDC_CLIENT_SECRET"

// oidcOptions say with which identity provider people may sign in.
type oidcOptions struct {
	OIDCIssuer           string   `help:"Fournisseur d’identité OpenID Connect, tel qu’il se nomme lui-même ; vide : comptes locaux seuls." name:"oidc-issuer" placeholder:"URL"`
	OIDCClientID         string   `help:"Nom de dealmap chez lui." name:"oidc-client-id" placeholder:"NOM"`
	OIDCClientSecretFile string   `help:"Fichier du secret de dealmap chez lui ; ou le secret dans DEALMAP_OIDC_CLIENT_SECRET." name:"oidc-client-secret-file" type:"existingfile" placeholder:"FICHIER"`
	OIDCScopes           []string `help:"Portées demandées." name:"oidc-scopes" default:"openid,profile" placeholder:"PORTÉE,…"`
	OIDCLabel            string   `help:"Texte du bouton." name:"oidc-label" default:"Se connecter avec le compte du ministère" placeholder:"TEXTE"`
	OIDCCA               string   `help:"Autorité de certification du fournisseur (PEM), en plus de celles du système." name:"oidc-ca" type:"existingfile" placeholder:"FICHIER"`
	PublicURL            string   `help:"Adresse à laquelle les navigateurs trouvent dealmap ; le fournisseur d’identité y renvoie." name:"public-url" placeholder:"URL"`
}

// provider reads the options; nil when there is no identity provider. listening is where browsers find dealmap when only those
// of this machine do, else empty.
func (o *oidcOptions) provider(listening string) (*web.OIDC, error) {
	if o.OIDCIssuer == "" {
		if o.OIDCClientID != "" || o.OIDCClientSecretFile != "" || o.OIDCCA != "" {
			return nil, errors.New("--oidc-issuer manque : les autres options --oidc-… ne servent à rien sans lui")
		}
		return nil, nil
	}
	if o.OIDCClientID == "" {
		return nil, errors.New("--oidc-client-id manque")
	}
	if err := secureURL("--oidc-issuer", o.OIDCIssuer); err != nil {
		return nil, err
	}
	public := strings.TrimSuffix(o.PublicURL, "/")
	if public == "" {
		public = listening
	}
	if public == "" {
		return nil, errors.New("--public-url manque : le fournisseur d’identité doit savoir où renvoyer les navigateurs")
	}
	if err := secureURL("--public-url", public); err != nil {
		return nil, err
	}
	if !slices.Contains(o.OIDCScopes, "openid") {
		return nil, errors.New("--oidc-scopes : la portée openid est obligatoire")
	}
	secret, err := o.secret()
	if err != nil {
		return nil, err
	}
	client, err := o.client()
	if err != nil {
		return nil, err
	}
	return &web.OIDC{Issuer: o.OIDCIssuer, ClientID: o.OIDCClientID, ClientSecret: secret, Scopes: o.OIDCScopes, Label: o.OIDCLabel,
		Client: client, PublicURL: public}, nil
}

// secret is empty for a public client, which PKCE alone protects.
func (o *oidcOptions) secret() (string, error) {
	if o.OIDCClientSecretFile == "" {
		return os.Getenv(clientSecret), nil
	}
	text, err := os.ReadFile(o.OIDCClientSecretFile)
	if err != nil {
		return "", fmt.Errorf("--oidc-client-secret-file : %w", err)
	}
	secret := strings.TrimSpace(string(text))
	if secret == "" {
		return "", fmt.Errorf("--oidc-client-secret-file : %s est vide", o.OIDCClientSecretFile)
	}
	return secret, nil
}

func (o *oidcOptions) client() (*http.Client, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if o.OIDCCA != "" {
		authority, err := os.ReadFile(o.OIDCCA)
		if err != nil {
			return nil, fmt.Errorf("--oidc-ca : %w", err)
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(authority) {
			return nil, fmt.Errorf("--oidc-ca : %s ne contient aucun certificat (PEM)", o.OIDCCA)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	return &http.Client{Transport: transport, Timeout: 10 * time.Second}, nil
}

// secureURL refuses what would send codes and tokens through a network unprotected.
func secureURL(option, text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return fmt.Errorf("%s : « %s » n’est pas une adresse https://…", option, text)
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "http" && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%s : « %s » doit commencer par https:// hors de cette machine", option, text)
	}
	return nil
}
