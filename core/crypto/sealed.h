// Secrets that we must be able to use again (SMTP password, webhook secrets), sealed inside the encrypted database under
// a key of their own, so that a page of the database or an export never shows them. XSalsa20-Poly1305 (libsodium's
// secretbox), base64, bound to a context such as "mail.password" so that one sealed text cannot be put in another's place.
// Pure but for Random; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/crypto/keyring.h"

namespace connlog {

std::string seal(const Key& sealed_key, std::string_view context, const Secret& secret, Random& random);
Result<Secret> unseal(const Key& sealed_key, std::string_view context, std::string_view sealed);

}  // namespace connlog
