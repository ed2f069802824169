// Addresses as people paste them: what they propose, and what must not stay in them. A user name and a password in a web
// address go into the fields of basic authentication, where the password is sealed; every other secret in a field that
// people of the workspace can read is refused, with what to do instead. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/checks/check.h"
#include "core/kinds/field.h"

namespace connlog {

inline constexpr std::size_t kProposalsMax = 200;  // of one pasted text

// The same, as secrets are not copied by accident.
GivenFields clone_of(const GivenFields& given);

// Moves the credentials of an address into the kind's fields `username` and `password`. Returns the names of the fields
// into which something went. invalid_input where the kind has no such fields, or where they are given as well.
Result<std::vector<std::string>> move_credentials(const CheckKind& kind, GivenFields& given);

// Refuses what looks like a secret in a field that is not secret: known shapes (core/base/secret_shapes.h), headers that
// carry credentials, and parameters such as ?token=…
Result<void> refuse_readable_secrets(const CheckKind& kind, const FieldValues& values);

struct MonitorProposal {
  const CheckKind* kind = nullptr;
  std::string name;                        // at most 80 characters
  FieldValues values;                      // those that the text says
  FieldSecrets secrets;                    // what stood in the address
  std::vector<std::string> secrets_moved;  // names of the fields into which credentials went
};
// One proposal a line that is understood, in order; empty lines and those that begin with # are passed over.
std::vector<MonitorProposal> propose_monitors(const CheckTable& kinds, std::string_view text);

// What a monitor is called where nobody says it: the host, or the kind's title.
std::string name_of_check(const CheckKind& kind, const FieldValues& values);

}  // namespace connlog
