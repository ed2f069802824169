#include "web/api/agents/install_facts.h"

#include "web/server/certificates.h"

namespace connlog::web {

InstallScriptFacts install_facts(const WebSettings& settings, const AgentPrograms* programs) {
  InstallScriptFacts facts;
  facts.public_url = settings.public_url;
  const bool encrypted = settings.public_url.substr(0, 8) == "https://";
  if (encrypted && settings.certificates != nullptr) {
    facts.server_pin = settings.certificates->server_pin_base64();
    facts.ca_pin = settings.certificates->ca_pin_hex();
  }
  if (programs != nullptr) facts.sha256 = programs->digests();
  return facts;
}

}  // namespace connlog::web
