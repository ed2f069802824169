// Whom to tell about a weakness of this installation, and by which rules: what the administrator entered (setting
// "disclosure"), and defaults for the rest. Shown at /security and, for programs, at /.well-known/security.txt (RFC
// 9116). Pure but for the store; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/people/actor.h"
#include "core/audit/audit.h"
#include "core/people/setting_store.h"

namespace connlog {

struct Disclosure {
  std::vector<std::string> contacts;  // "mailto:…", "https://…", "tel:…", best first; at most 5
  std::string policy;                 // the administrator's own text, many lines; empty: connlog's default
  std::string languages = "en";       // RFC 5646 tags with commas between
  std::string encryption;             // an https: address of a key; or empty
  std::string acknowledgments;        // an https: address; or empty
};

// Trims, turns a bare mail address into mailto:, and checks every field; errors name the field.
Result<Disclosure> checked(Disclosure disclosure);

Result<Disclosure> load_disclosure(const SettingStore& store, Snapshot& snapshot);
Result<void> change_disclosure(SettingStore& store, AuditLog& audit, Transaction& tx, const Actor& actor,
                               const Disclosure& disclosure);

// `Expires` is ninety days after the present day, so it is always in the future and less than a year away.
std::string security_txt(const Disclosure& disclosure, const std::string& public_url, Instant now);

}  // namespace connlog
