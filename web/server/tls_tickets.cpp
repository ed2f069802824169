#include "web/server/tls_tickets.h"

#include <mbedtls/ssl_ticket.h>
#include <sodium.h>

#include <cstring>

#include "core/base/text.h"
#include "core/base/log.h"
#include "core/crypto/sealed.h"
#include "web/server/private_file.h"

namespace connlog::web {
namespace {

using std::chrono::hours;

constexpr hours kRotateAfter{24};
constexpr std::uint32_t kLifetimeSeconds =
    2 * 24 * 3600;                                    // of a ticket; also mbedTLS's own limit for a key, never reached
constexpr std::string_view kContext = "tls-tickets";  // stored: the context under which the file is sealed
constexpr std::size_t kStoredBytes = 2 * (8 + 32 + 32);

thread_local bool t_accepted = false;

int draw(void* random, unsigned char* out, std::size_t size) {
  static_cast<Random*>(random)->fill({out, size});
  return 0;
}

}  // namespace

struct TlsTickets::Context {
  Context() { mbedtls_ssl_ticket_init(&it); }
  ~Context() { mbedtls_ssl_ticket_free(&it); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  mbedtls_ssl_ticket_context it;
};

TlsTickets::TlsTickets(std::filesystem::path file, const Key& ticket_key, const Clock& clock, Random& random)
    : file_(std::move(file)),
      ticket_key_(ticket_key),
      clock_(clock),
      random_(random),
      context_(std::make_unique<Context>()) {}

TlsTickets::~TlsTickets() {
  sodium_memzero(&former_, sizeof former_);
  sodium_memzero(&present_, sizeof present_);
}

Result<std::unique_ptr<TlsTickets>> TlsTickets::open(const std::filesystem::path& data_dir, const Key& ticket_key,
                                                     const Clock& clock, Random& random) {
  std::unique_ptr<TlsTickets> out(new TlsTickets(data_dir / "tls" / "tickets", ticket_key, clock, random));
  if (mbedtls_ssl_ticket_setup(&out->context_->it, draw, &random, MBEDTLS_CIPHER_AES_256_GCM, kLifetimeSeconds) != 0) {
    return Error{ErrorCode::internal, "TLS session tickets cannot be set up."};
  }
  if (!out->load()) {
    out->former_ = out->make_key();
    out->present_ = out->make_key();
    TRY(out->save());
  }
  TRY(out->use(out->former_));
  TRY(out->use(out->present_));
  TRY(out->rotate_if_due());
  return out;
}

Result<void> TlsTickets::rotate_if_due() {
  const Instant now = clock_.now();
  // The second condition: after a clock was set back, the key would otherwise be kept too long.
  if (now - present_.made < kRotateAfter && now + hours(1) > present_.made) return {};
  former_ = present_;
  present_ = make_key();
  TRY(use(present_));
  return save();
}

TlsTickets::SealingKey TlsTickets::make_key() const {
  SealingKey out;
  out.made = clock_.now();
  random_.fill(out.name_and_salt);
  random_.fill(out.key);
  return out;
}

Result<void> TlsTickets::use(const SealingKey& key) {
  const std::lock_guard lock(mutex_);
  if (mbedtls_ssl_ticket_rotate(&context_->it, key.name_and_salt.data(), 4, key.key.data(), key.key.size(),
                                kLifetimeSeconds) != 0) {
    return Error{ErrorCode::internal, "The key of TLS session tickets cannot be changed."};
  }
  return {};
}

bool TlsTickets::load() {
  auto sealed = read_private_file(file_, FileAccess::owner_only);
  if (!sealed || !*sealed) return false;
  auto plain = unseal(ticket_key_, kContext, (*sealed)->reveal());
  if (!plain || plain->reveal().size() != kStoredBytes) {
    log_warning("tls.tickets_replaced", {{"file", file_.string()}});
    return false;
  }
  const char* at = plain->reveal().data();
  for (SealingKey* key : {&former_, &present_}) {
    std::memcpy(&key->made.micros, at, 8);
    std::memcpy(key->name_and_salt.data(), at + 8, 32);
    std::memcpy(key->key.data(), at + 40, 32);
    at += 72;
  }
  return true;
}

Result<void> TlsTickets::save() const {
  std::string plain;
  for (const SealingKey* key : {&former_, &present_}) {
    plain.append(reinterpret_cast<const char*>(&key->made.micros), 8);
    plain.append(reinterpret_cast<const char*>(key->name_and_salt.data()), 32);
    plain.append(reinterpret_cast<const char*>(key->key.data()), 32);
  }
  return write_private_file(file_, seal(ticket_key_, kContext, Secret(std::move(plain)), random_));
}

void TlsTickets::serve(mbedtls_ssl_config& config) {
  mbedtls_ssl_conf_session_tickets_cb(&config, write, parse, this);
}

int TlsTickets::write(void* self, const mbedtls_ssl_session* session, unsigned char* start, const unsigned char* end,
                      std::size_t* length, std::uint32_t* lifetime) {
  auto* tickets = static_cast<TlsTickets*>(self);
  const std::lock_guard lock(tickets->mutex_);
  return mbedtls_ssl_ticket_write(&tickets->context_->it, session, start, end, length, lifetime);
}

int TlsTickets::parse(void* self, mbedtls_ssl_session* session, unsigned char* bytes, std::size_t length) {
  auto* tickets = static_cast<TlsTickets*>(self);
  const std::lock_guard lock(tickets->mutex_);
  const int code = mbedtls_ssl_ticket_parse(&tickets->context_->it, session, bytes, length);
  if (code == 0) t_accepted = true;
  return code;
}

bool TlsTickets::take_accepted() {
  const bool accepted = t_accepted;
  t_accepted = false;
  return accepted;
}

}  // namespace connlog::web
