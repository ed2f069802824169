// Rows about the address of the appliance, its listeners and proxies, and the log.
#include <fmt/format.h>

#include <algorithm>

#include "core/appliance/inspection_rows.h"
#include "core/base/text.h"
#include "core/net/address_range.h"

namespace connlog {
namespace {

using enum FindingSeverity;

// A network of proxies that is larger than this is hardly one's own.
constexpr int kProxyBits4 = 16, kProxyBits6 = 48;

bool is_loopback(std::string_view address) {
  return address == "::1" || address == "localhost" || address.starts_with("127.");
}

std::string host_in(const std::string& url) {
  const std::size_t scheme = url.find("//");
  std::string rest = scheme == std::string::npos ? url : url.substr(scheme + 2);
  if (!rest.empty() && rest.front() == '[') return rest.substr(1, rest.find(']') - 1);
  return rest.substr(0, rest.find_first_of(":/"));
}

// Whether plain http is heard by other machines.
bool hears_plainly(const Settings& settings) {
  ListenAddress address;
  return settings.http_listen != "off" && parse_listen(settings.http_listen, address) && !is_loopback(address.address);
}

// "*.example.org" in a certificate stands for one more label.
bool names(std::string_view in_certificate, std::string_view host) {
  const std::string name = folded(in_certificate);
  if (name == host) return true;
  if (!name.starts_with("*.")) return false;
  const std::size_t dot = host.find('.');
  return dot != std::string_view::npos && host.substr(dot) == std::string_view(name).substr(1);
}

Problems public_url_unset(const SetUpFacts& facts, Instant) {
  if (!facts.settings.public_url.empty()) return {};
  return {{warning, fmt::format("public_url is not set; links and install commands use {}.", facts.public_url),
           "Links in mails and install commands do not work where that name is not known.",
           mend_setting(facts, "public_url = \"https://monitor.example.org\"")}};
}

Problems public_url_plain(const SetUpFacts& facts, Instant) {
  if (!facts.public_url.starts_with("http://") || is_loopback(host_in(facts.public_url))) return {};
  return {{danger, fmt::format("public_url is {}: people and agents come by plain http.", facts.public_url),
           "Passwords, sessions and agents' tokens cross the network so that everybody on the way can read them.",
           mend_setting(facts, fmt::format("public_url = \"https://{}\"", host_in(facts.public_url)))}};
}

Problems public_host_unknown(const SetUpFacts& facts, Instant) {
  const std::string host = host_in(facts.public_url);
  if (!facts.public_host_resolves) {
    return {{warning, fmt::format("The name {} of public_url is not found from this machine.", host),
             "Agents and people that use the same name server do not reach connlog by its links.",
             fmt::format("Add {} to your name server, or set public_url to a name or address that is known.", host)}};
  }
  if (!facts.public_host_is_here && facts.settings.trusted_proxies.empty()) {
    return {
        {note, fmt::format("{} is not an address of this machine.", host),
         "Behind a router or a load balancer that is right. Behind a reverse proxy connlog takes all people for one "
         "address, until it is told of the proxy.",
         mend_setting(facts, "trusted_proxies = [\"192.0.2.10\"]") + " Or correct public_url."}};
  }
  return {};
}

Problems certificate_names(const SetUpFacts& facts, Instant) {
  if (!facts.certificate || !facts.certificate->trouble.empty() || facts.certificate->names.empty()) return {};
  if (!facts.public_url.starts_with("https://") || !facts.settings.trusted_proxies.empty()) return {};
  const std::string host = folded(host_in(facts.public_url));
  if (std::ranges::any_of(facts.certificate->names, [&](const std::string& name) { return names(name, host); }))
    return {};
  const bool is_own = facts.certificate->key_file.empty();
  return {{warning,
           fmt::format("The certificate in {} is not for {}, the host of public_url.", facts.certificate->file, host),
           "Browsers and agents refuse it under that name.",
           is_own ? std::string("Restart connlog: it makes its own certificate for that name.")
                  : fmt::format("Ask the authority for a certificate for {}.", host)}};
}

Problems plain_http(const SetUpFacts& facts, Instant) {
  if (!facts.settings.allow_plain_http) return {};
  const bool heard = hears_plainly(facts.settings);
  return {
      {heard ? danger : warning,
       heard ? fmt::format("connlog takes plain http on {} from other machines.", facts.settings.http_listen)
             : std::string("allow_plain_http is on, though http listens on this machine alone."),
       heard ? "Passwords, sessions and agents' tokens cross the network so that everybody on the way can read them."
             : "A change of http_listen would open it to the network without another question.",
       heard
           ? fmt::format("Write `http_listen = \"127.0.0.1:8080\"` and `allow_plain_http = false` into {} and restart "
                         "connlog.",
                         facts.settings_file)
           : mend_setting(facts, "allow_plain_http = false")}};
}

Problems nobody_hears(const SetUpFacts& facts, Instant) {
  if (facts.settings.https_listen != "off" || hears_plainly(facts.settings)) return {};
  if (!facts.settings.trusted_proxies.empty()) return {};
  return {{warning, "https_listen is off, and no proxy is named: only this machine reaches connlog.",
           "Agents on other hosts cannot report.", mend_setting(facts, "https_listen = \"0.0.0.0:8443\"")}};
}

Problems wide_proxies(const SetUpFacts& facts, Instant) {
  Problems out;
  for (const std::string& text : facts.settings.trusted_proxies) {
    AddressRange range;
    if (!parse_address_range(text, range)) continue;  // the settings were checked
    const bool is_v6 = text.find(':') != std::string::npos;
    if (range.bits >= (is_v6 ? kProxyBits6 : kProxyBits4)) continue;
    out.push_back({range.bits == 0 ? danger : warning,
                   fmt::format("trusted_proxies holds {}, which is far more than a proxy.", text),
                   "Everybody in that network can claim any address: limits on attempts, addresses of API keys and the "
                   "trails then mean nothing.",
                   mend_setting(facts, "trusted_proxies = [\"192.0.2.10\"]") + " Name the proxies' own addresses."});
  }
  return out;
}

Problems talkative_log(const SetUpFacts& facts, Instant) {
  if (facts.settings.log_level != "debug") return {};
  return {{note, "log_level is debug.", "The log grows quickly and tells more about requests than is needed.",
           mend_setting(facts, "log_level = \"info\"")}};
}

Problems cheap_passwords(const SetUpFacts& facts, Instant) {
  if (facts.settings.password_memory_mib >= 64 && facts.settings.password_operations >= 2) return {};
  return {{warning,
           fmt::format("Passwords are hashed with {} MiB and {} passes.", facts.settings.password_memory_mib,
                       facts.settings.password_operations),
           "With a copy of the database, weak passwords are guessed sooner.",
           fmt::format("Remove password_memory_mib and password_operations from {} and restart connlog: 64 MiB and 2 "
                       "passes are used then.",
                       facts.settings_file)}};
}

constexpr InspectionRow<SetUpFacts> kRows[] = {
    {"address.unset", FindingArea::address, "public_url is set.", public_url_unset},
    {"address.plain", FindingArea::address, "People and agents come by https.", public_url_plain},
    {"address.unknown", FindingArea::address, "The host of public_url is known and leads here.", public_host_unknown},
    {"certificate.names", FindingArea::certificate, "The certificate is for the host of public_url.",
     certificate_names},
    {"address.plain_http", FindingArea::address, "Plain http is not open to other machines.", plain_http},
    {"address.unheard", FindingArea::address, "Other machines can reach connlog.", nobody_hears},
    {"address.proxies", FindingArea::address, "Only single proxies, or none, are trusted.", wide_proxies},
    {"machine.log", FindingArea::machine, "The log says no more than is needed.", talkative_log},
    {"people.password_cost", FindingArea::people, "Passwords are hashed at the full cost.", cheap_passwords},
};

}  // namespace

std::span<const InspectionRow<SetUpFacts>> address_rows() {
  return kRows;
}

}  // namespace connlog
