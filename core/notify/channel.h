// Channels: by which way a recipient is told. A kind of channel is one file in core/notify/channels/ and one row of
// kChannels (channel.cpp): a constant descriptor with what it asks people for and what it does with that. Everything
// else (storage, API, form, key rotation, limits) goes by the descriptor and names no kind.
//
// A recipient stores its kind's word. A word without a row (of a later version) is left out of sending, shown as such, and
// stays stored. Functions of a descriptor are pure but for `prepare`, which may read in the caller's snapshot and touches no network;
// any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/base/transaction.h"
#include "core/crypto/keyring.h"
#include "core/kinds/field.h"
#include "core/notify/courier.h"
#include "core/notify/message.h"
#include "core/notify/notification.h"

namespace connlog {

struct NotifyDependencies;

// One message on its way to one recipient.
struct Outgoing {
  const NotifyDependencies& needs;
  Snapshot& snapshot;
  const MessageFacts& facts;
  const FieldValues& values;
  const FieldSecrets& secrets;
  OpeningMessage opening = {};  // of a recovery: the message that told of the opening; empty: none
};

struct ChannelCapabilities {
  bool thread = false;   // a recovery is an answer to the opening's message
  bool update = false;   // a recovery takes the place of the opening's message
  bool two_way = false;  // people can answer there
};

struct ChannelKind {
  std::string_view word;   // stored: never renamed
  std::string_view title;  // for people: "Mail"
  std::string_view icon;   // a name of web/ui/src/parts/icon.tsx
  std::span<const Field> fields;
  Result<Delivery> (*prepare)(const Outgoing&);
  // What people see in place of the address: in lists, timelines, trails, exports. Has no secret in it.
  std::string (*shown)(const FieldValues&, const FieldSecrets&);
  // By what deliveries are limited: they are slow or down together. "hooks.example.com:443"
  std::string (*target)(const FieldValues&, const FieldSecrets&);
  // What the service called the message, from the body of its answer to a delivery; empty: it is not in there. Null:
  // the service never says.
  std::string (*remote_id)(std::string_view answer) = nullptr;
  // What the fields one by one cannot say ("a token or a password, not both"); null: nothing. Errors name "fields.<name>".
  Result<void> (*check)(const FieldValues&, const FieldSecrets&) = nullptr;
  bool needs_consent = false;           // strangers read there: its field of type `mail` is asked first
  std::string_view leak_field = {};     // the secret that an answer to a leak makes anew; empty: none is made here
  std::string_view secret_prefix = {};  // of secrets that are made here
  ChannelCapabilities can = {};
};

// A table of kinds. The program has one (all_channels); tests add kinds of their own.
class ChannelTable {
 public:
  constexpr explicit ChannelTable(std::span<const ChannelKind* const> kinds) : kinds_(kinds) {}
  const ChannelKind* find(std::string_view word) const;  // null: this version does not know it
  std::span<const ChannelKind* const> kinds() const { return kinds_; }

 private:
  std::span<const ChannelKind* const> kinds_;
};

const ChannelTable& all_channels();

// Whether alerts go there now: it is switched on, its reader agreed, and this version knows its kind.
bool gets_alerts(const ChannelTable& table, const Recipient& recipient);

// The title, or the word of a kind that this version does not know.
std::string channel_title(const ChannelTable& table, std::string_view word);

// A recipient of the kind "mail", as set-up makes one for the first owner.
void address_by_mail(Recipient& recipient, const std::string& address);

// The address that must agree, of a kind that needs consent: the value of its field of type `mail`. Else empty.
std::string consent_address(const ChannelKind& kind, const FieldValues& values);

// The context of a recipient's sealed secret: "recipient.<field>". Stored in the sealed text, so never renamed.
std::string secret_context(std::string_view field);
Result<FieldSecrets> open_secrets(const Keyring& keyring, const Recipient& recipient);
// Replaces or adds one.
void seal_secret(Recipient& recipient, std::string_view field, const Secret& secret, const Keyring& keyring,
                 Random& random);
std::vector<std::string> secrets_set(const Recipient& recipient);

// ---- for channels that speak HTTP

// A service's name for a message as it may be stored: up to 100 printable characters without spaces; else empty.
std::string checked_remote_id(std::string_view id);

// "hooks.example.com:443"; "?" where the text is no web address.
std::string target_of_url(std::string_view url);
// "hooks.example.com", with the port where it is not the scheme's own.
std::string host_of_url(std::string_view url);
// "https://ntfy.example.com" and "/message", with one slash between them.
std::string joined_url(std::string_view base, std::string_view path);
// A POST of JSON, bounded in time and size.
HttpRequest json_post(std::string url, std::string body);

}  // namespace connlog
