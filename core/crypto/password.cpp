#include "core/crypto/password.h"

#include <sodium.h>

#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/assert.h"

namespace connlog {
namespace {

Result<std::string> hash_with(const PasswordCost& cost, std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str(out.data(), password.data(), password.size(), cost.operations, cost.memory_bytes) != 0) {
    return Error{ErrorCode::unavailable,
                 "The server has too little memory free to hash a password. Try again.",
                 {},
                 "crypto_pwhash_str failed",
                 5};
  }
  return std::string(out.data());
}

// Reads the passes and the KiB from "$argon2id$v=19$m=65536,t=2,p=1$…".
std::optional<std::pair<std::uint64_t, std::uint64_t>> cost_of(std::string_view hash) {
  constexpr std::string_view kKind = "$argon2id$v=19$m=";
  if (!hash.starts_with(kKind)) return std::nullopt;
  hash.remove_prefix(kKind.size());
  std::uint64_t memory = 0, passes = 0;
  const char* const end = hash.data() + hash.size();
  const auto [after, wrong] = std::from_chars(hash.data(), end, memory);
  if (wrong != std::errc{} || !std::string_view(after, static_cast<std::size_t>(end - after)).starts_with(",t="))
    return std::nullopt;
  if (std::from_chars(after + 3, end, passes).ec != std::errc{}) return std::nullopt;
  return std::pair(passes, memory);
}

}  // namespace

// The right to run one hash, of `parallel_max`; given back when the Slot goes out of scope.
class PasswordHasher::Slot {
 public:
  explicit Slot(std::atomic<int>* running) : running_(running) {}
  Slot(Slot&& other) noexcept : running_(other.running_) { other.running_ = nullptr; }
  Slot& operator=(Slot&&) = delete;
  ~Slot() {
    if (running_ != nullptr) running_->fetch_sub(1);
  }

 private:
  std::atomic<int>* running_;
};

PasswordHasher::PasswordHasher(PasswordCost cost) : cost_(cost) {
  std::array<unsigned char, 32> unknown{};
  randombytes_buf(unknown.data(), unknown.size());
  auto made = hash_with(cost_, std::string_view(reinterpret_cast<const char*>(unknown.data()), unknown.size()));
  sodium_memzero(unknown.data(), unknown.size());
  CONNLOG_ASSERT(made.has_value());
  nobody_ = *std::move(made);
}

Result<PasswordHasher::Slot> PasswordHasher::take_slot() {
  if (running_.fetch_add(1) >= cost_.parallel_max) {
    running_.fetch_sub(1);
    return Error{
        ErrorCode::rate_limited, "Too many people are logging in at this moment. Try again in a second.", {}, {}, 1};
  }
  return Slot(&running_);
}

Result<std::string> PasswordHasher::hash(const Secret& password) {
  const Slot slot = TRY(take_slot());
  return hash_with(cost_, password.reveal());
}

Result<bool> PasswordHasher::verify(const std::string& hash, const Secret& password) {
  const Slot slot = TRY(take_slot());
  const std::string_view text = password.reveal();
  return crypto_pwhash_str_verify(hash.c_str(), text.data(), text.size()) == 0;
}

Result<bool> PasswordHasher::verify_nobody(const Secret& password) {
  TRY(verify(nobody_, password));
  return false;
}

bool PasswordHasher::needs_rehash(const std::string& hash) const {
  const auto made = cost_of(hash);
  if (!made) return true;  // of another kind
  return made->first < cost_.operations || made->second < cost_.memory_bytes / 1024;
}

}  // namespace connlog
