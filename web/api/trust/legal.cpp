// The appliance's legal texts and people's agreement to them; whom to tell about a weakness; and the keys, as the
// administrator sees them.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/audit/trail_export.h"
#include "core/base/text.h"
#include "core/base/value_or.h"
#include "core/trust/key_rotation.h"
#include "core/trust/trust_services.h"
#include "web/api/trust/handlers.h"
#include "web/api/views.h"

namespace connlog::web::trust {
namespace {

using nlohmann::json;

constexpr int kAcceptancesListed = 10'000;
constexpr std::size_t kContactsRead = 10;

json listed_view(const LegalText& text) {
  return {{"name", text.name},
          {"title", text.title},
          {"asks_for_acceptance", text.asks_for_acceptance},
          {"version", to_hex(text.digest)}};
}

json acceptance_view(const Acceptance& acceptance) {
  return {{"name", acceptance.name},
          {"title", acceptance.title},
          {"version", to_hex(acceptance.digest)},
          {"at", time_view(acceptance.at)},
          {"address", acceptance.address}};
}

json disclosure_view(const Disclosure& disclosure) {
  return {{"contacts", disclosure.contacts},
          {"policy", disclosure.policy},
          {"languages", disclosure.languages},
          {"encryption", disclosure.encryption},
          {"acknowledgments", disclosure.acknowledgments}};
}

bool parse_digest(const std::string& text, LegalDigest& out) {
  if (text.size() != out.size() * 2) return false;
  const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

}  // namespace

Result<Reply> list_legal_texts(Context& ctx) {
  const auto texts = ctx.of<Services>().trust.legal().texts();
  json items = json::array();
  for (const LegalText& text : *texts) items.push_back(listed_view(text));
  return json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
}

Result<Reply> show_legal_text(Context& ctx) {
  const auto texts = ctx.of<Services>().trust.legal().texts();
  for (const LegalText& text : *texts) {
    if (text.name != ctx.request().path_value("name")) continue;
    json out = listed_view(text);
    json blocks = json::array();
    for (const LegalBlock& block : text.blocks)
      blocks.push_back({{"kind", to_text(block.kind)}, {"level", block.level}, {"text", block.text}});
    out["blocks"] = std::move(blocks);
    return json_reply(200, out);
  }
  return Error{ErrorCode::not_found, "There is no such text."};
}

Result<Reply> own_legal_state(Context& ctx) {
  LegalService& legal = ctx.of<Services>().trust.legal();
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    json accepted = json::array();
    const auto acceptances = TRY(legal.acceptances().of_user(snapshot, ctx.actor.user));
    for (const Acceptance& acceptance : acceptances) accepted.push_back(acceptance_view(acceptance));
    auto pending = TRY(legal.pending(snapshot, ctx.actor.user));
    return json_reply(200, {{"pending", std::move(pending)}, {"accepted", std::move(accepted)}});
  });
}

Result<Reply> accept_legal_text(Context& ctx) {
  const Body body = TRY(ctx.body());
  const std::string name = TRY(body.text("name", 1, 40));
  LegalDigest digest{};
  const auto version = TRY(body.text("version", 1, 64));
  if (!parse_digest(version, digest))
    return invalid("version", "This must be the version of the text that was shown: 64 hex digits.");
  LegalService& legal = ctx.of<Services>().trust.legal();
  return ctx.write([&legal, actor = ctx.actor, name, digest](Transaction& tx) -> Result<Reply> {
    TRY(legal.accept(tx, actor, name, digest));
    auto pending = TRY(legal.pending(tx, actor.user));
    return json_reply(200, {{"pending", std::move(pending)}});
  });
}

Result<Reply> list_acceptances(Context& ctx) {
  const std::string format = TRY(ctx.query_text("format", 10));
  if (!format.empty() && format != "json" && format != "csv") return invalid("format", "The format is json or csv.");
  LegalService& legal = ctx.of<Services>().trust.legal();
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto all = TRY(legal.acceptances().list(snapshot, {}, {}, kAcceptancesListed));
    if (format == "csv") {
      std::string out = "person,mail,text,title,version,at,address\r\n";
      for (const ListedAcceptance& one : all) {
        out += fmt::format("{},{},{},{},{},{},{}\r\n", csv_cell(one.person_name), csv_cell(one.person_mail),
                           csv_cell(one.acceptance.name), csv_cell(one.acceptance.title),
                           csv_cell(to_hex(one.acceptance.digest)), csv_cell(to_iso8601(one.acceptance.at)),
                           csv_cell(one.acceptance.address));
      }
      Reply reply = text_reply(200, std::move(out));
      reply.content_type = "text/csv; charset=utf-8";
      reply.headers.emplace_back("Content-Disposition", "attachment; filename=\"acceptances.csv\"");
      return reply;
    }
    json items = json::array();
    for (const ListedAcceptance& one : all) {
      json item = acceptance_view(one.acceptance);
      item["person"] = one.person_name;
      item["mail"] = one.person_mail;
      items.push_back(std::move(item));
    }
    Reply reply = json_reply(200, {{"items", std::move(items)}, {"next", nullptr}});
    if (format == "json")
      reply.headers.emplace_back("Content-Disposition", "attachment; filename=\"acceptances.json\"");
    return reply;
  });
}

// ---- disclosure ----

Result<Reply> show_security_policy(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const auto disclosure = TRY(ctx.of<Services>().trust.disclosure(snapshot));
    return json_reply(200, disclosure_view(disclosure));
  });
}

Result<Reply> change_security_policy(Context& ctx) {
  const Body body = TRY(ctx.body());
  Disclosure wanted;
  wanted.contacts = TRY(value_or(body.maybe_texts("contacts", kContactsRead, 300), {}));
  wanted.policy = TRY(value_or(body.maybe_text("policy", 0, 20'000, Lines::many), ""));
  wanted.languages = TRY(value_or(body.maybe_text("languages", 0, 100), ""));
  wanted.encryption = TRY(value_or(body.maybe_text("encryption", 0, 300), ""));
  wanted.acknowledgments = TRY(value_or(body.maybe_text("acknowledgments", 0, 300), ""));
  TrustServices& trust = ctx.of<Services>().trust;
  return ctx.write([&trust, actor = ctx.actor, wanted](Transaction& tx) -> Result<Reply> {
    TRY(trust.change_disclosure(tx, actor, wanted));
    const auto disclosure = TRY(trust.disclosure(tx));
    return json_reply(200, disclosure_view(disclosure));
  });
}

Result<Reply> security_txt(Context& ctx) {
  return ctx.read([&](Snapshot& snapshot) -> Result<Reply> {
    const Disclosure disclosure = TRY(ctx.of<Services>().trust.disclosure(snapshot));
    return text_reply(200, connlog::security_txt(disclosure, ctx.options().public_url, ctx.of<Services>().clock.now()));
  });
}

// ---- keys ----

namespace {

std::string command_for(const Context& ctx, const Keyring& keyring) {
  std::error_code none;
  const auto directory = std::filesystem::absolute(ctx.options().data_directory, none);
  return rotation_command(keyring.form(), directory.string(), keyring.sealing_generation());
}

json keys_view(const Keyring& keyring, const std::string& command) {
  return {{"form", to_text(keyring.form())},
          {"generation", keyring.sealing_generation()},
          {"rotating", keyring.is_rotating()},
          {"command", command}};
}

}  // namespace

Result<Reply> show_keys(Context& ctx) {
  const Keyring& keyring = ctx.of<Services>().trust.rotation().keyring();
  return json_reply(200, keys_view(keyring, command_for(ctx, keyring)));
}

// Only for a key file. A passphrase or a credential is changed where it is kept, because connlog only receives it.
Result<Reply> rotate_keys(Context& ctx) {
  KeyRotation& rotation = ctx.of<Services>().trust.rotation();
  if (rotation.keyring().form() != MasterKeyForm::file) {
    return Error{
        ErrorCode::conflict,
        fmt::format("The master key of this appliance does not lie in a file, so a new one must be given where it "
                    "comes from. Run on its machine: {}",
                    command_for(ctx, rotation.keyring()))};
  }
  TRY(rotation.begin(NewMasterKey{}));
  return ctx.write(
      [&rotation, actor = ctx.actor, command = command_for(ctx, rotation.keyring())](Transaction& tx) -> Result<Reply> {
        const SealedAnew done = TRY(rotation.seal_anew(tx, actor));
        json out = keys_view(rotation.keyring(), command);
        out["renewed"] = done.renewed;
        out["unreadable"] = done.unreadable;
        return json_reply(200, out);
      });
}

}  // namespace connlog::web::trust
