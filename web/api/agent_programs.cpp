#include "web/api/agent_programs.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/base/text.h"
#include "core/base/version.h"
#include "core/wire/trust.h"
#include "web/server/certificates.h"

namespace connlog::web {
namespace {

class File {
 public:
  explicit File(const std::filesystem::path& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  bool is_regular(struct stat& facts) const {
    return descriptor_ >= 0 && ::fstat(descriptor_, &facts) == 0 && S_ISREG(facts.st_mode);
  }
  ssize_t read(void* out, std::size_t size) const {
    for (;;) {
      const ssize_t got = ::read(descriptor_, out, size);
      if (got >= 0 || errno != EINTR) return got;
    }
  }

 private:
  int descriptor_;
};

class FileSource final : public BodySource {
 public:
  explicit FileSource(std::unique_ptr<File> file) : file_(std::move(file)) {}
  Result<std::size_t> read(std::span<char> out) override {
    const ssize_t got = file_->read(out.data(), out.size());
    if (got < 0)
      return Error{ErrorCode::unavailable, "The executable could not be read.", {}, fmt::format("errno {}", errno)};
    return static_cast<std::size_t>(got);
  }

 private:
  std::unique_ptr<File> file_;
};

std::string sha256_of(const File& file) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  std::vector<unsigned char> buffer(256 * 1024);
  for (;;) {
    const ssize_t got = file.read(buffer.data(), buffer.size());
    if (got < 0) return {};
    if (got == 0) break;
    crypto_hash_sha256_update(&state, buffer.data(), static_cast<unsigned long long>(got));
  }
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256_final(&state, digest.data());
  return to_hex(digest);
}

bool is_target(std::string_view target) {
  return std::find(std::begin(kAgentTargets), std::end(kAgentTargets), target) != std::end(kAgentTargets);
}

}  // namespace

std::optional<AgentProgram> AgentPrograms::find(std::string_view target) const {
  if (!is_target(target)) return std::nullopt;
  std::vector<std::filesystem::path> candidates;
  if (target == connlog::target()) candidates.emplace_back("/proc/self/exe");
  for (const auto& directory : directories_) candidates.push_back(directory / target);
  for (const auto& path : candidates) {
    struct stat facts {};
    if (File(path).is_regular(facts) && facts.st_size > 0)
      return AgentProgram{path, static_cast<std::uint64_t>(facts.st_size)};
  }
  return std::nullopt;
}

std::map<std::string, std::string> AgentPrograms::digests() const {
  std::map<std::string, std::string> out;
  for (const std::string_view target : kAgentTargets) {
    const auto program = find(target);
    if (!program) continue;
    const File file(program->path);
    struct stat facts {};
    if (!file.is_regular(facts)) continue;
    const std::int64_t changed_at =
        static_cast<std::int64_t>(facts.st_mtim.tv_sec) * 1'000'000'000 + facts.st_mtim.tv_nsec;
    {
      const std::lock_guard lock(mutex_);
      const auto known = known_.find(program->path);
      if (known != known_.end() && known->second.changed_at == changed_at && known->second.bytes == program->bytes) {
        out.emplace(target, known->second.sha256);
        continue;
      }
    }
    const std::string digest = sha256_of(file);
    if (digest.empty()) continue;
    out.emplace(target, digest);
    const std::lock_guard lock(mutex_);
    known_[program->path] = Known{changed_at, program->bytes, digest};
  }
  return out;
}

Result<std::unique_ptr<BodySource>> AgentPrograms::open(std::string_view target, std::uint64_t& bytes) const {
  if (!is_target(target)) {
    return Error{ErrorCode::not_found,
                 fmt::format("There is no such target. Known are: {}.", fmt::join(kAgentTargets, ", "))};
  }
  const auto program = find(target);
  auto file = program ? std::make_unique<File>(program->path) : nullptr;
  struct stat facts {};
  if (!file || !file->is_regular(facts)) {
    return Error{
        ErrorCode::not_found,
        fmt::format(
            "This appliance has no executable for {0}. Its administrator can put the connlog executable built for {0} into the directory "
            "\"agents\" of the data directory, under the name \"{0}\".",
            target)};
  }
  bytes = static_cast<std::uint64_t>(facts.st_size);
  return std::unique_ptr<BodySource>(std::make_unique<FileSource>(std::move(file)));
}

bool is_own_certificate_outside(const WebOptions& options) {
  if (options.certificates == nullptr || !options.certificates->is_own()) return false;
  return options.own_certificate_outside ? options.own_certificate_outside() : options.trusted_proxies.empty();
}

std::string trust_of_connection(const WebOptions& options, const Peer& peer) {
  if (peer.proxied) return std::string(options.public_url.starts_with("https://") ? wire::kTrustSystem : "");
  if (!peer.tls || options.certificates == nullptr) return {};
  if (!options.certificates->is_own()) return std::string(wire::kTrustSystem);
  return std::string(wire::kTrustPin) + options.certificates->ca_pin_hex();
}

InstallScriptFacts install_facts(const WebOptions& options, const AgentPrograms* programs) {
  InstallScriptFacts facts;
  facts.public_url = options.public_url;
  if (options.public_url.starts_with("https://") && is_own_certificate_outside(options)) {
    facts.server_pin = options.certificates->server_pin_base64();
    facts.ca_pin = options.certificates->ca_pin_hex();
  }
  if (programs != nullptr) facts.sha256 = programs->digests();
  return facts;
}

}  // namespace connlog::web
