#include "storage/audit/trail_chain.h"

#include <sodium.h>

#include <span>

namespace connlog::storage {
namespace {

class Mac {
 public:
  explicit Mac(const Key& key) { crypto_auth_hmacsha256_init(&state_, key.data(), key.size()); }
  void bytes(std::span<const std::uint8_t> data) { crypto_auth_hmacsha256_update(&state_, data.data(), data.size()); }
  void number(std::int64_t value) {
    std::array<std::uint8_t, 8> big_endian{};
    for (std::size_t i = 0; i < 8; ++i)
      big_endian[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (56 - 8 * i));
    bytes(big_endian);
  }
  // The length comes first, so that text cannot move from one field into the next without changing the digest.
  void text(std::string_view value) {
    number(static_cast<std::int64_t>(value.size()));
    bytes({reinterpret_cast<const std::uint8_t*>(value.data()), value.size()});
  }
  ChainValue result() {
    ChainValue out{};
    crypto_auth_hmacsha256_final(&state_, out.data());
    return out;
  }

 private:
  crypto_auth_hmacsha256_state state_;
};

}  // namespace

ChainValue chain_of(const Key& key, const ChainValue& before, const TrailEntry& entry) {
  Mac mac(key);
  mac.text("trail");  // rows of the first log begin with 32 bytes of chain value instead
  mac.text(to_text(entry.trail));
  mac.bytes(before);
  mac.number(entry.sequence);
  mac.bytes(entry.workspace.bytes);
  mac.bytes(entry.user.bytes);
  mac.number(entry.at.micros);
  mac.text(entry.actor_kind);
  mac.bytes(entry.actor_id.bytes);
  mac.text(entry.actor_name);
  mac.text(entry.address);
  mac.text(entry.act);
  mac.text(entry.object);
  mac.text(entry.details);
  return mac.result();
}

ChainValue chain_of_first_log(const Key& key, const ChainValue& before, const TrailEntry& entry, const Uuid& id) {
  Mac mac(key);
  mac.bytes(before);
  mac.number(entry.sequence);
  mac.bytes(id.bytes);
  mac.bytes(entry.workspace.bytes);
  mac.number(entry.at.micros);
  mac.text(entry.actor_kind);
  mac.text(entry.actor_name);
  mac.text(entry.address);
  mac.text(entry.act);
  mac.text(entry.object);
  mac.text(entry.details);
  return mac.result();
}

ChainValue checkpoint_signature(const Key& anchor_key, std::string_view trail, std::int64_t sequence,
                                const ChainValue& chain, Instant at) {
  Mac mac(anchor_key);
  mac.text("checkpoint");
  mac.text(trail);
  mac.number(sequence);
  mac.bytes(chain);
  mac.number(at.micros);
  return mac.result();
}

}  // namespace connlog::storage
