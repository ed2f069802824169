// The SSH preset: the versions are exchanged (RFC 4253 §4.2), then the keys are agreed upon as far as the server's answer
// (RFC 4253 §7.1, curve25519-sha256 of RFC 8731), which carries its host key. The fingerprint of that key is part of the
// answer that people see, and may be demanded. For a key of the kind ssh-ed25519 the server's signature is verified, so
// that it has shown to own the key; of others the fingerprint alone is compared. Nothing is encrypted and nobody logs in.
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/text.h"
#include "core/checks/kinds/presets.h"

namespace connlog {
namespace {

constexpr std::string_view kOwnVersion = "SSH-2.0-connlog";
constexpr std::uint8_t kDisconnect = 1, kIgnore = 2, kUnimplemented = 3, kDebug = 4, kExtInfo = 7, kKexInit = 20,
                       kKexReply = 31;
constexpr std::uint8_t kKexEcdhInit = 30;
constexpr std::size_t kPacketMax = 12'000;
constexpr std::string_view kKeyExchanges = "curve25519-sha256,curve25519-sha256@libssh.org";
constexpr std::string_view kHostKeys =
    "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256,ssh-rsa";
// Never used, but the server wants to find one that it has, too.
constexpr std::string_view kCiphers =
    "aes128-ctr,aes256-ctr,chacha20-poly1305@openssh.com,aes128-gcm@openssh.com,aes256-gcm@openssh.com";
constexpr std::string_view kMacs =
    "hmac-sha2-256,hmac-sha2-512,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha1";

void put_u32(std::string& out, std::size_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift & 0xff));
}
void put_string(std::string& out, std::string_view text) {
  put_u32(out, text.size());
  out += text;
}
// RFC 4251 §5, of an unsigned number.
void put_mpint(std::string& out, std::span<const std::uint8_t> big_endian) {
  while (!big_endian.empty() && big_endian.front() == 0) big_endian = big_endian.subspan(1);
  std::string number;
  if (!big_endian.empty() && (big_endian.front() & 0x80) != 0) number.push_back('\0');
  number.append(reinterpret_cast<const char*>(big_endian.data()), big_endian.size());
  put_string(out, number);
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  std::optional<std::string_view> string() {
    if (rest_.size() < 4) return std::nullopt;
    std::size_t length = 0;
    for (int i = 0; i < 4; ++i) length = length << 8 | static_cast<std::uint8_t>(rest_[static_cast<std::size_t>(i)]);
    if (length > rest_.size() - 4) return std::nullopt;
    const std::string_view out = rest_.substr(4, length);
    rest_.remove_prefix(4 + length);
    return out;
  }

 private:
  std::string_view rest_;
};

// RFC 4253 §6, before there is a cipher.
std::string packet_of(std::string_view payload, Random& random) {
  std::size_t padding = 8 - (5 + payload.size()) % 8;
  if (padding < 4) padding += 8;
  std::string packet;
  put_u32(packet, 1 + payload.size() + padding);
  packet.push_back(static_cast<char>(padding));
  packet += payload;
  std::array<std::uint8_t, 16> drawn{};
  random.fill(drawn);
  packet.append(reinterpret_cast<const char*>(drawn.data()), padding);
  return packet;
}

std::string fingerprint_of(std::string_view key) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(key.data()), key.size());
  char text[sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL_NO_PADDING)];
  sodium_bin2base64(text, sizeof text, digest.data(), digest.size(), sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  return fmt::format("SHA256:{}", text);
}

class Ssh {
 public:
  explicit Ssh(PresetAsk ask) : ask_(std::move(ask)) {}

  void operator()(StreamTalk& talk) {
    if (step_ == Step::version && !has_greeted_) {
      has_greeted_ = true;
      talk.send(std::string(kOwnVersion) + "\r\n");
    }
    if (step_ == Step::version && !take_version(talk)) return;
    while (step_ == Step::kexinit || step_ == Step::reply) {
      std::string payload;
      if (!take_packet(talk, payload)) break;
      take(talk, payload);
    }
    // A server that closes here has shown its version, which is enough where no key is demanded.
    if (talk.has_ended() && step_ != Step::over && step_ != Step::version) without_key(talk, "it closed the connection");
  }

 private:
  enum class Step : std::uint8_t { version, kexinit, reply, over };

  bool take_version(StreamTalk& talk) {
    while (const auto line = talk.take_line()) {
      if (line->starts_with("SSH-")) {
        if (!line->starts_with("SSH-2.0-") && !line->starts_with("SSH-1.99-"))
          return wrong(talk, CheckReason::protocol_wrong, "it speaks an SSH older than 2.0: " + shown_line(*line));
        if (line->size() > 253) return wrong(talk, CheckReason::protocol_wrong, "its version is too long");
        their_version_ = *line;
        begin_exchange(talk);
        return true;
      }
      // RFC 4253 §4.2 lets a server say other lines before.
      if (++lines_before_ > 50 || is_http(*line)) return wrong(talk, CheckReason::protocol_wrong, "it does not speak SSH");
    }
    return false;
  }
  static bool is_http(std::string_view line) { return line.starts_with("HTTP/"); }

  bool wrong(StreamTalk& talk, CheckReason reason, std::string text) {
    step_ = Step::over;
    talk.fail(reason, std::move(text));
    return false;
  }

  void without_key(StreamTalk& talk, std::string_view why) {
    if (!ask_.expect.empty()) {
      wrong(talk, CheckReason::content_wrong,
            fmt::format("answered {}, but its host key could not be read: {}", shown_line(their_version_), why));
      return;
    }
    step_ = Step::over;
    talk.succeed("answered " + shown_line(their_version_));
  }

  void begin_exchange(StreamTalk& talk) {
    step_ = Step::kexinit;
    Random& random = talk.runtime().random();
    std::array<std::uint8_t, 16> cookie{};
    random.fill(cookie);
    own_init_.push_back(static_cast<char>(kKexInit));
    own_init_.append(reinterpret_cast<const char*>(cookie.data()), cookie.size());
    for (const std::string_view names : {kKeyExchanges, kHostKeys, kCiphers, kCiphers, kMacs, kMacs,
                                         std::string_view("none"), std::string_view("none"), std::string_view(),
                                         std::string_view()}) {
      put_string(own_init_, names);
    }
    own_init_ += std::string(5, '\0');  // no guess follows; reserved
    talk.send(packet_of(own_init_, random));
  }

  // One packet's payload off the input. False: none is whole, or it was wrong.
  bool take_packet(StreamTalk& talk, std::string& payload) {
    const std::string_view input = talk.input();
    if (input.size() < 5) return false;
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length = length << 8 | static_cast<std::uint8_t>(input[i]);
    const std::size_t padding = static_cast<std::uint8_t>(input[4]);
    if (length < 6 || length > kPacketMax || padding + 1 >= length)
      return wrong(talk, CheckReason::protocol_wrong, "it sent a packet that SSH does not know");
    if (input.size() < 4 + length) return false;
    payload = std::string(input.substr(5, length - padding - 1));
    talk.consume(4 + length);
    return true;
  }

  void take(StreamTalk& talk, const std::string& payload) {
    const auto type = static_cast<std::uint8_t>(payload.front());
    if (type == kIgnore || type == kUnimplemented || type == kDebug || type == kExtInfo) return;
    if (type == kDisconnect) return without_key(talk, "it ended the exchange of keys");
    if (type == kKexInit && step_ == Step::kexinit) {
      their_init_ = payload;
      return send_key(talk);
    }
    if (type == kKexReply && step_ == Step::reply) return take_reply(talk, payload);
    wrong(talk, CheckReason::protocol_wrong, "it sent a message that SSH does not expect here");
  }

  void send_key(StreamTalk& talk) {
    step_ = Step::reply;
    talk.runtime().random().fill(own_secret_);
    crypto_scalarmult_curve25519_base(own_public_.data(), own_secret_.data());
    std::string payload(1, static_cast<char>(kKexEcdhInit));
    put_string(payload, {reinterpret_cast<const char*>(own_public_.data()), own_public_.size()});
    talk.send(packet_of(payload, talk.runtime().random()));
  }

  void take_reply(StreamTalk& talk, const std::string& payload) {
    Reader reader(std::string_view(payload).substr(1));
    const auto host_key = reader.string();
    const auto their_public = reader.string();
    const auto signature = reader.string();
    const auto kind = host_key ? Reader(*host_key).string() : std::nullopt;
    if (!host_key || !their_public || !signature || !kind || their_public->size() != crypto_scalarmult_curve25519_BYTES) {
      wrong(talk, CheckReason::protocol_wrong, "its answer to the exchange of keys is not whole");
      return;
    }
    if (*kind == "ssh-ed25519" && !is_signed(*host_key, *their_public, *signature)) {
      wrong(talk, CheckReason::content_wrong, "its signature does not belong to its host key");
      return;
    }
    const std::string fingerprint = fingerprint_of(*host_key);
    const std::string text =
        fmt::format("answered {}, host key {} {}", shown_line(their_version_, 80), shown_line(*kind, 40), fingerprint);
    if (!ask_.expect.empty() && ask_.expect != fingerprint) {
      wrong(talk, CheckReason::content_wrong, text + ", which is not the expected one");
      return;
    }
    step_ = Step::over;
    talk.succeed(text);
  }

  // RFC 8731 §3, RFC 8709 §6: the signature of the exchange hash.
  bool is_signed(std::string_view host_key, std::string_view their_public, std::string_view signature) const {
    Reader key_reader(host_key);
    key_reader.string();
    const auto key = key_reader.string();
    Reader signature_reader(signature);
    const auto kind = signature_reader.string();
    const auto bytes = signature_reader.string();
    if (!key || key->size() != crypto_sign_PUBLICKEYBYTES || !kind || *kind != "ssh-ed25519" || !bytes ||
        bytes->size() != crypto_sign_BYTES) {
      return false;
    }
    std::array<std::uint8_t, crypto_scalarmult_curve25519_BYTES> shared{};
    if (crypto_scalarmult_curve25519(shared.data(), own_secret_.data(),
                                     reinterpret_cast<const unsigned char*>(their_public.data())) != 0) {
      return false;
    }
    std::string hashed;
    put_string(hashed, kOwnVersion);
    put_string(hashed, their_version_);
    put_string(hashed, own_init_);
    put_string(hashed, their_init_);
    put_string(hashed, host_key);
    put_string(hashed, {reinterpret_cast<const char*>(own_public_.data()), own_public_.size()});
    put_string(hashed, their_public);
    put_mpint(hashed, shared);
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(hashed.data()), hashed.size());
    return crypto_sign_verify_detached(reinterpret_cast<const unsigned char*>(bytes->data()), digest.data(),
                                       digest.size(), reinterpret_cast<const unsigned char*>(key->data())) == 0;
  }

  PresetAsk ask_;
  Step step_ = Step::version;
  bool has_greeted_ = false;
  int lines_before_ = 0;
  std::string their_version_, own_init_, their_init_;
  std::array<std::uint8_t, crypto_scalarmult_curve25519_SCALARBYTES> own_secret_{};
  std::array<std::uint8_t, crypto_scalarmult_curve25519_BYTES> own_public_{};
};

}  // namespace

StreamTalk::Turn ssh_turn(PresetAsk ask) {
  return Ssh(std::move(ask));
}

bool is_ssh_fingerprint(std::string_view text) {
  if (!text.starts_with("SHA256:") || text.size() != 7 + 43) return false;
  return std::ranges::all_of(text.substr(7), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  });
}

}  // namespace connlog
