#include "cli/check_facts.h"

#include <fmt/format.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include "cli/appliance.h"
#include "cli/appliance_settings.h"
#include "core/base/time_zone.h"
#include "core/base/version.h"
#include "core/crypto/key_file.h"
#include "web/server/certificate_file.h"
#include "web/server/certificate_maker.h"
#include "web/server/private_file.h"

namespace connlog {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCertificateBytesMax = 256 * 1024;
constexpr seconds kLookAgainAfter{60};

// ---- files ----

// As cli/load_settings finds it, without --config; empty: there is none.
fs::path settings_file_of(const fs::path& data) {
  const char* of_service = std::getenv("CONFIGURATION_DIRECTORY");
  std::error_code absent;
  if (of_service != nullptr && fs::exists(fs::path(of_service) / "connlog.toml", absent))
    return fs::path(of_service) / "connlog.toml";
  return fs::exists(data / "connlog.toml", absent) ? data / "connlog.toml" : fs::path();
}

void add_file(SetUpFacts& facts, const fs::path& path, std::uint32_t forbidden,
              std::optional<uid_t> wanted_owner = std::nullopt) {
  struct stat found {};
  if (path.empty() || ::stat(path.c_str(), &found) != 0) return;
  FileFact file;
  file.path = path.string();
  file.mode = found.st_mode & 07777;
  file.forbidden = forbidden;
  if (wanted_owner && found.st_uid != *wanted_owner) {
    file.owner = fmt::format("user {}", found.st_uid);
    file.wanted_owner = fmt::format("{}", *wanted_owner);
  }
  facts.files.push_back(std::move(file));
}

void add_files(SetUpFacts& facts, const Settings& settings) {
  const fs::path data = settings.data_dir;
  struct stat owner {};
  if (::stat(data.c_str(), &owner) != 0) return;
  add_file(facts, data, 0077, owner.st_uid);
  for (const char* name : {"keys", "keys/master.key", "keys/master.key.next", "keys/database.key", "keys/recovery.box",
                           "tls/ca.key", "tls/server.key"})
    add_file(facts, data / name, 0077, owner.st_uid);
  for (const char* name : {"connlog.db", "connlog.db-wal", "audit.anchor"})
    add_file(facts, data / name, 0, owner.st_uid);
  // These often belong to root: the settings of a service, and a key of root:ssl-cert 0640.
  add_file(facts, settings_file_of(data), 0022);
  add_file(facts, settings.tls_key, 0037);
  std::error_code trouble;
  for (const auto& each : fs::directory_iterator(data / "backups", trouble))
    facts.plain_copies += each.path().extension() == ".db" ? 1 : 0;
}

// ---- the certificate ----

void read_chain(CertificateOnDisk& out, std::string& chain) {
  const auto text = web::read_public_file(out.file, kCertificateBytesMax);
  if (!text || text->empty()) {
    out.trouble =
        text ? fmt::format("The certificate file {} does not exist or is empty.", out.file) : text.error().message;
    return;
  }
  auto file = web::read_certificate_file(*text, out.file);
  if (!file) {
    out.trouble = file.error().message;
    return;
  }
  const auto facts = web::read_certificates(file->chain, out.file);
  if (!facts || facts->empty()) {
    out.trouble = facts ? fmt::format("{} holds no certificate.", out.file) : facts.error().message;
    return;
  }
  chain = std::move(file->chain);
  out.left_out = std::move(file->left_out);
  out.not_after = facts->front().not_after;
  out.names = facts->front().names.hosts;
  for (const std::string& address : facts->front().names.addresses) out.names.push_back(address);
  out.certificates = facts->size();
  out.is_self_signed = facts->size() == 1 && web::is_signed_by(chain, chain);
}

void check_key(CertificateOnDisk& out, const std::string& chain, Random& random) {
  const auto key = web::read_private_file(out.key_file, web::FileAccess::owner_and_group);
  if (!key) {
    out.key_trouble = key.error().message;
  } else if (!*key) {
    out.key_trouble = fmt::format("The key file {} does not exist.", out.key_file);
  } else if (!chain.empty()) {
    const auto fits = web::check_pair(chain, out.file, web::plain_private_key(**key), out.key_file, random);
    if (!fits) out.key_trouble = fits.error().message;
  }
}

std::optional<CertificateOnDisk> certificate_of(const Settings& settings, Random& random) {
  if (settings.https_listen == "off") return std::nullopt;
  const bool given = !settings.tls_certificate.empty();
  CertificateOnDisk out;
  out.file = given ? settings.tls_certificate : (fs::path(settings.data_dir) / "tls" / "server.crt").string();
  std::error_code absent;
  if (!given && !fs::exists(out.file, absent)) return std::nullopt;  // the first start makes it
  std::string chain;
  read_chain(out, chain);
  if (given) {
    out.key_file = settings.tls_key;
    check_key(out, chain, random);
  }
  return out;
}

// ---- the kernel ----

std::optional<std::string> first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return line;
}

std::optional<std::int64_t> number_in(const char* path) {
  std::ifstream file(path);
  std::int64_t value = 0;
  if (!(file >> value)) return std::nullopt;
  return value;
}

std::optional<bool> may_ping() {
  const auto line = first_line("/proc/sys/net/ipv4/ping_group_range");
  if (!line) return std::nullopt;
  unsigned long low = 0, high = 0;
  if (std::sscanf(line->c_str(), "%lu %lu", &low, &high) != 2) return std::nullopt;
  std::vector<gid_t> groups(256);
  const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  groups.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  groups.push_back(::getegid());
  return std::ranges::any_of(groups, [&](gid_t group) { return group >= low && group <= high; });
}

// Whether something (NTP, PTP) keeps the kernel's clock right; nothing: the kernel does not say.
std::optional<bool> clock_is_kept() {
  struct timex facts {};
  const int state = ::adjtimex(&facts);
  if (state < 0) return std::nullopt;
  return (facts.status & STA_UNSYNC) == 0 && state != TIME_ERROR;
}

// ---- the public name ----

bool is_ours(const sockaddr* address, const ifaddrs* interfaces) {
  for (const ifaddrs* each = interfaces; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != address->sa_family) continue;
    if (address->sa_family == AF_INET) {
      const auto* theirs = reinterpret_cast<const sockaddr_in*>(address);
      const auto* own = reinterpret_cast<const sockaddr_in*>(each->ifa_addr);
      const bool loopback = (ntohl(theirs->sin_addr.s_addr) >> 24) == 127;
      if (loopback || theirs->sin_addr.s_addr == own->sin_addr.s_addr) return true;
    } else if (address->sa_family == AF_INET6) {
      const auto* theirs = reinterpret_cast<const sockaddr_in6*>(address);
      const auto* own = reinterpret_cast<const sockaddr_in6*>(each->ifa_addr);
      if (std::memcmp(&theirs->sin6_addr, &own->sin6_addr, sizeof own->sin6_addr) == 0) return true;
    }
  }
  return false;
}

}  // namespace

PublicHost look_up_public_host(const Settings& settings) {
  PublicHost out;
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host_of(public_url_of(settings)).c_str(), nullptr, &wanted, &found) != 0) {
    out.resolves = out.is_here = false;
    return out;
  }
  ifaddrs* interfaces = nullptr;
  if (::getifaddrs(&interfaces) == 0) {
    out.is_here = false;
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next)
      out.is_here = out.is_here || is_ours(each->ai_addr, interfaces);
    ::freeifaddrs(interfaces);
  }
  ::freeaddrinfo(found);
  return out;
}

PublicHost PublicHostLook::get(const Settings& settings, const Clock& clock) {
  const std::unique_lock one(looking_, std::try_to_lock);
  {
    const std::lock_guard lock(mutex_);
    const bool is_recent = looked_at_ != Monotonic{} && clock.monotonic() - looked_at_ < kLookAgainAfter;
    if (is_recent || !one.owns_lock()) return known_;
  }
  const PublicHost found = look_up_public_host(settings);
  const std::lock_guard lock(mutex_);
  known_ = found;
  looked_at_ = clock.monotonic();
  return known_;
}

SetUpFacts set_up_facts(const Settings& settings, const PublicHost& host, Random& random) {
  const fs::path data = settings.data_dir;
  SetUpFacts facts;
  facts.settings = settings;
  std::error_code absent;
  if (const fs::path file = settings_file_of(data); !file.empty()) facts.settings_file = file.string();
  if (const auto wrapped = key_file::read(data / "keys" / "database.key"); wrapped && *wrapped)
    facts.key_form = (*wrapped)->wrapping.form;
  facts.database_exists = fs::exists(data / "connlog.db", absent);
  add_files(facts, settings);
  facts.certificate = certificate_of(settings, random);
  facts.public_url = public_url_of(settings);
  facts.public_host_resolves = host.resolves;
  facts.public_host_is_here = host.is_here;
  struct statvfs disk {};
  if (::statvfs(settings.data_dir.c_str(), &disk) == 0) {
    facts.disk_free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    facts.disk_bytes = std::uint64_t{disk.f_blocks} * disk.f_frsize;
  }
  struct stat where {};
  if (::stat(settings.data_dir.c_str(), &where) == 0) {
    const fs::path device =
        fs::canonical(fmt::format("/sys/dev/block/{}:{}", major(where.st_dev), minor(where.st_dev)), absent);
    facts.disk_wears_out = !absent && device.string().find("mmcblk") != std::string::npos;
  }
  return facts;
}

MachineFacts machine_facts(const Settings& settings, bool serves) {
  MachineFacts facts;
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_max != RLIM_INFINITY)
    facts.files_max = static_cast<std::int64_t>(files.rlim_max);
  facts.connections_max = settings.max_connections;
  facts.overcommit = number_in("/proc/sys/vm/overcommit_memory");
  facts.somaxconn = number_in("/proc/sys/net/core/somaxconn");
  facts.may_ping = may_ping();
  facts.runs_as_root = serves && ::geteuid() == 0;
  facts.clock_synchronised = clock_is_kept();
  facts.timezones_are_ours = !has_timezones();
  facts.timezones = facts.timezones_are_ours ? built_in_timezones_version() : timezones_version();
  facts.built = Instant{built_on() * 1'000'000};
  facts.version = std::string(version());
  return facts;
}

}  // namespace connlog
