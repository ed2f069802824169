#include "host/probe_settings.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#define TOML_EXCEPTIONS 0  // errors come back as values
#include <toml++/toml.hpp>


namespace connlog {
namespace {

constexpr std::size_t kFileBytesMax = 64 * 1024;
constexpr std::size_t kListMax = 256;
constexpr std::int64_t kRateMax = 6'000;

Error wrong(const toml::node& node, std::string_view what) {
  return invalid("probe", fmt::format("{}, line {}: {}", kProbeConfPath, node.source().begin.line, what));
}

Result<std::vector<std::string>> texts_of(const toml::node& node, std::string_view key) {
  const toml::array* list = node.as_array();
  if (list == nullptr || list->size() > kListMax)
    return wrong(node, fmt::format("\"{}\" is a list of at most {} texts.", key, kListMax));
  std::vector<std::string> texts;
  for (const toml::node& item : *list) {
    const auto text = item.value<std::string>();
    if (!text) return wrong(item, fmt::format("\"{}\" is a list of texts.", key));
    texts.push_back(*text);
  }
  return texts;
}

Result<void> read_kinds(const toml::node& node, ProbeOffer& offer) {
  offer.kinds = TRY(texts_of(node, "kinds"));
  for (const std::string& word : offer.kinds) {
    const CheckKind* kind = all_checks().find(word);
    if (kind == nullptr || kind->begin == nullptr || !kind->for_probes)
      return wrong(node, fmt::format("\"{}\" is no kind of check that a probe makes.", word));
  }
  return {};
}

Result<void> read_networks(const toml::node& node, ProbeOffer& offer, ReachScope& scope) {
  const auto texts = TRY(texts_of(node, "networks"));
  for (const std::string& text : texts) {
    AddressRange range;
    if (!parse_address_range(text, range))
      return wrong(node, fmt::format("\"{}\" is no network. Write it as 192.168.1.0/24 or as one address.", text));
    scope.networks.push_back(range);
    offer.networks.push_back(to_text(range));
  }
  return {};
}

Result<void> read_ports(const toml::node& node, ProbeOffer& offer, ReachScope& scope) {
  const toml::array* list = node.as_array();
  if (list == nullptr || list->empty() || list->size() > kListMax)
    return wrong(node, fmt::format("\"ports\" is a list of 1 to {} numbers.", kListMax));
  for (const toml::node& item : *list) {
    const auto port = item.value<std::int64_t>();
    if (!port || *port < 1 || *port > 65'535) return wrong(item, "A port is a number from 1 to 65535.");
    offer.ports.push_back(*port);
    scope.ports.push_back(static_cast<std::uint16_t>(*port));
  }
  return {};
}

}  // namespace

Result<ProbeSettings> parse_probe_settings(std::string_view text) {
  const toml::parse_result parsed = toml::parse(text, kProbeConfPath);
  if (!parsed) {
    return invalid("probe", fmt::format("{}, line {}: {}", kProbeConfPath, parsed.error().source().begin.line,
                                        parsed.error().description()));
  }
  ProbeSettings settings;
  ReachScope scope{.is_public_allowed = false};
  for (const auto& [key, node] : parsed.table()) {
    if (key == "kinds") {
      TRY(read_kinds(node, settings.offer));
    } else if (key == "networks") {
      TRY(read_networks(node, settings.offer, scope));
    } else if (key == "ports") {
      TRY(read_ports(node, settings.offer, scope));
    } else if (key == "rate") {
      const auto rate = node.value<std::int64_t>();
      if (!rate || *rate < 1 || *rate > kRateMax)
        return wrong(node, fmt::format("\"rate\" is a number of checks a minute, from 1 to {}.", kRateMax));
      settings.offer.rate = *rate;
    } else {
      return wrong(node, fmt::format("There is no setting \"{}\". There are kinds, networks, ports and rate.", key.str()));
    }
  }
  settings.scope = std::make_shared<const ReachScope>(std::move(scope));
  return settings;
}

Result<std::optional<ProbeSettings>> load_probe_settings(const std::string& root) {
  const std::string path = root + std::string(kProbeConfPath);
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) {
    if (errno == ENOENT) return std::optional<ProbeSettings>();
    return invalid("probe", fmt::format("{} cannot be read. It must be a file that the agent's user may read.", path));
  }
  struct stat facts {};
  std::string text(kFileBytesMax + 1, '\0');
  std::size_t got = 0;
  const bool has_facts = ::fstat(fd, &facts) == 0;
  while (got < text.size()) {
    const ssize_t n = ::read(fd, text.data() + got, text.size() - got);
    if (n <= 0) break;
    got += static_cast<std::size_t>(n);
  }
  ::close(fd);
  if (!has_facts || !S_ISREG(facts.st_mode)) return invalid("probe", fmt::format("{} is no file.", path));
  if (root.empty() && (facts.st_uid != 0 || (facts.st_mode & (S_IWGRP | S_IWOTH)) != 0)) {
    return invalid("probe", fmt::format("{} decides where this host may be sent, so it must be root's, and writable by "
                                        "nobody else: chown root: {} && chmod 644 {}",
                                        path, path, path));
  }
  if (got > kFileBytesMax) return invalid("probe", fmt::format("{} is longer than 64 KiB.", path));
  text.resize(got);
  auto settings = TRY(parse_probe_settings(text));
  return std::optional<ProbeSettings>(std::move(settings));
}

}  // namespace connlog
