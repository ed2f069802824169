#!/bin/sh
# Certificates for tests, into an empty directory: an authority (ca.pem), a server's certificate for localhost and
# 127.0.0.1 signed by it (server.pem with the authority behind it, server.key), one for another name (other_name.pem), an
# expired one (expired.pem), one that is not valid yet (early.pem), one that ends in three days (soon.pem), one for a client
# (client.pem), an authority that signed nothing of these (stranger.pem), and one that nobody signed (self.pem).
set -eu
cd "$1"
quiet() { "$@" 2>>openssl.log || { cat openssl.log >&2; exit 1; }; }
key() { quiet openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }
authority() {
  key "$1.key"
  quiet openssl req -x509 -new -key "$1.key" -sha256 -days 30 -subj "/CN=$2" -out "$1.pem" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
}
leaf() { # file, names, extra arguments of openssl x509
  out=$1 names=$2
  shift 2
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' "$names" >"$out.ext"
  quiet openssl req -new -key server.key -subj "/CN=$out" -out "$out.csr"
  quiet openssl x509 -req -in "$out.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -sha256 -extfile "$out.ext" -out "$out.leaf" "$@"
  cat "$out.leaf" ca.pem >"$out.pem"
}
authority ca "connlog test authority"
authority stranger "connlog test authority" # the same name, another key
key server.key
leaf server DNS:localhost,IP:127.0.0.1,IP:::1 -days 30
leaf other_name DNS:elsewhere.example -days 30
leaf expired DNS:localhost,IP:127.0.0.1 -days -1
leaf soon DNS:localhost,IP:127.0.0.1 -days 3
printf 'extendedKeyUsage=clientAuth\nbasicConstraints=CA:FALSE\n' >client.ext
quiet openssl req -new -key server.key -subj "/CN=client" -out client.csr
quiet openssl x509 -req -in client.csr -CA ca.pem -CAkey ca.key -CAcreateserial -sha256 -extfile client.ext -out client.pem -days 30
# Only `openssl ca` takes a beginning in every version.
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' >early.ext
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=early.index\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n' >early.cnf
: >early.index
quiet openssl req -new -key server.key -subj "/CN=early" -out early.csr
quiet openssl ca -batch -notext -config early.cnf -extfile early.ext -cert ca.pem -keyfile ca.key -startdate 20990101000000Z \
  -enddate 21000101000000Z -in early.csr -out early.leaf
cat early.leaf ca.pem >early.pem
# The same key in other forms, and a pair of RSA: server.sec1.key, rsa.pem, rsa.pkcs1.key, rsa.der.key.
quiet openssl ec -in server.key -out server.sec1.key
quiet openssl genrsa -traditional -out rsa.pkcs1.key 2048
quiet openssl req -x509 -new -key rsa.pkcs1.key -sha256 -days 30 -subj "/CN=localhost" -out rsa.pem -addext subjectAltName=DNS:localhost
quiet openssl rsa -in rsa.pkcs1.key -outform DER -out rsa.der.key
# Of a kind that mbedTLS does not read.
quiet openssl genpkey -algorithm ed25519 -out ed25519.key
quiet openssl req -x509 -new -key ed25519.key -days 30 -subj "/CN=Modern Root" -out ed25519.pem -addext basicConstraints=critical,CA:TRUE
# One that the authority did not sign, though it says so.
quiet openssl req -x509 -new -key server.key -sha256 -days 30 -subj "/CN=connlog test authority" -out self.pem \
  -addext subjectAltName=DNS:localhost
