// Secrets that we must be able to use again (SMTP password, webhook secrets), sealed inside the encrypted database
// under a key of their own, so that a page of the database or an export never shows them. XSalsa20-Poly1305
// (libsodium's secretbox), base64, bound to a context such as "mail.password" so that one sealed text cannot be put in
// another's place.
//
// A sealed text names the generation of its key and its context: "s2:<generation>:<context>:<base64>". So `connlog key
// rotate` can seal it anew without knowing its purpose. "s1:<base64>" is the first release's form, of generation 0.
// storage/sealed_texts.cpp lists every column with sealed texts: a new one is added there and is named sealed_….
// Pure but for Random; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/crypto/keyring.h"

namespace connlog {

// For the database: seals under the newest sealing key, and unseals with the key that the text names.
// `context`: lower-case letters, digits, dots, hyphens and underscores.
std::string seal(const Keyring& keyring, std::string_view context, const Secret& secret, Random& random);
Result<Secret> unseal(const Keyring& keyring, std::string_view context, std::string_view sealed);

// Seals the same secret under the newest key; nothing: it is sealed under that key already. `first_context`: the
// context of a text of the first form, which does not name its own.
Result<std::optional<std::string>> seal_anew(const Keyring& keyring, std::string_view first_context,
                                             std::string_view sealed, Random& random);
// The beginning of sealed texts under the newest key: "s2:7:".
std::string sealed_prefix(const Keyring& keyring);

// Seals and unseals with a key that the caller keeps (files beside the database), in the first form.
std::string seal(const Key& sealed_key, std::string_view context, const Secret& secret, Random& random);
Result<Secret> unseal(const Key& sealed_key, std::string_view context, std::string_view sealed);

}  // namespace connlog
