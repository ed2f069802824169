// The database of the nine development steps that tests/golden/schema-0009.sql describes, as an encrypted file: what
// the start of a released version finds on an appliance that is older. One thread.
#pragma once

#include <filesystem>
#include <string>

#include "core/crypto/keyring.h"

namespace connlog {

// The keys that its chains, signatures and digests of tokens fit.
Keyring development_keys();

// Makes the file in the data directory, with an empty log beside it. With other keys than those above it opens as well,
// but what is computed with keys does not fit. Ends the program if it cannot.
void make_development_database(const std::filesystem::path& data_directory, const Keyring& keys);

// What is shown for the digests in it; the same texts as in tests/golden/make_schema_0009.py.
struct DevelopmentTokens {
  std::string session, agent, removed_agent, agent_of_deleted_workspace, workspace_key, own_key;
};
DevelopmentTokens development_tokens();

}  // namespace connlog
