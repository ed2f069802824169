// Who can open the backups: how a recovery key comes into force, and what is stored of it.
#include <doctest/doctest.h>
#include <sodium.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/appliance/backup/backup_keys.h"
#include "core/crypto/key_file.h"
#include "core/crypto/master_key.h"
#include "tests/support/test_storage.h"

using namespace connlog;
namespace fs = std::filesystem;

namespace {

constexpr PassphraseSlotCost kCheap{1, 8};

struct World {
  World() : keyring(opened()), keys({storage->settings(), storage->audit(), keyring, storage.clock, storage.random}) {
    REQUIRE(keys.open(storage.stores()));
  }
  Keyring opened() {
    auto ring = Keyring::open(files.path(), false, storage.random);
    REQUIRE_MESSAGE(ring, ring.error().message);
    return std::move(*ring);
  }
  BackupKeysState state() {
    return storage.read<BackupKeysState>([&](Snapshot& s) { return keys.state(s); });
  }
  std::string setting(const std::string& key) {
    return storage
        .read<std::optional<std::string>>([&](Snapshot& s) { return storage->settings().get(s, key); })
        .value_or("");
  }
  Result<std::vector<KeySlot>> slots() {
    Result<std::vector<KeySlot>> out = std::vector<KeySlot>();
    const auto read = storage.stores().read([&](Snapshot& s) -> Result<void> {
      out = keys.slots_for(s, content_key);
      return {};
    });
    REQUIRE(read);
    return out;
  }
  BackupKeys::NewWords make() {
    auto made = keys.make_words();
    REQUIRE(made);
    storage.write([&](Transaction& tx) { return keys.remember(tx, actor, *made); });
    return std::move(*made);
  }
  static std::array<Secret, 2> asked(const BackupKeys::NewWords& made) {
    return {recovery_word(made.words, made.ask[0]), recovery_word(made.words, made.ask[1])};
  }
  Result<PublicKey> confirmed_by(const std::array<Secret, 2>& words) {
    Result<PublicKey> out = PublicKey{};
    const auto read = storage.stores().read([&](Snapshot& s) -> Result<void> {
      out = keys.confirmed_by(s, words);
      return {};
    });
    REQUIRE(read);
    return out;
  }
  void confirm(const BackupKeys::NewWords& made) {
    const auto open = confirmed_by(asked(made));
    REQUIRE_MESSAGE(open, open.error().message);
    REQUIRE(keys.seal_box(*open));
    storage.write([&](Transaction& tx) -> Result<void> {
      const std::string fingerprint = TRY(keys.confirm(tx, actor, *open));
      CHECK(fingerprint == fingerprint_of(made.open));
      return {};
    });
  }
  // The content key by the words, out of the slots of a new backup.
  bool opens(const Secret& words) {
    const auto made = slots();
    if (!made) return false;
    ArchiveHeader header;
    header.slots = *made;
    const auto key = content_key_by_words(header, words);
    return key && *key == content_key;
  }

  TestStorage storage;
  TemporaryDirectory files;
  Keyring keyring;
  BackupKeys keys;
  const Actor actor{.name = "Ada"};
  const Key content_key{42};
};

}  // namespace

TEST_CASE("without a key that opens it elsewhere, no backup is made, and the refusal says where to make one") {
  World world;
  const auto refused = world.slots();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::conflict);
  CHECK(refused.error().message.find("Appliance, Backups") != std::string::npos);
  CHECK(world.state().recovery == RecoveryKeyState::none);
  CHECK_FALSE(world.state().can_back_up());
  CHECK(world.confirmed_by({Secret("babab"), Secret("babab")}).error().code == ErrorCode::conflict);
}

TEST_CASE("a recovery key counts once two of its words were typed, and its words are stored nowhere") {
  World world;
  const BackupKeys::NewWords made = world.make();
  CHECK(made.ask[0] >= 1);
  CHECK(made.ask[0] < made.ask[1]);
  CHECK(made.ask[1] <= kRecoveryWords);
  CHECK(world.state().recovery == RecoveryKeyState::unconfirmed);
  CHECK_FALSE(world.slots());
  for (std::size_t word = 1; word <= kRecoveryWords; ++word) {
    const std::string text(recovery_word(made.words, word).reveal());
    CHECK(world.setting(kRecoveryKeySetting).find(text) == std::string::npos);
  }

  auto [first, second] = World::asked(made);
  CHECK(world.confirmed_by({second.clone(), first.clone()}).error().field == "words");
  CHECK_FALSE(world.confirmed_by({first.clone(), Secret("babab")}));
  CHECK_FALSE(world.confirmed_by({Secret(), Secret()}));
  world.confirm(made);
  const BackupKeysState state = world.state();
  CHECK(state.recovery == RecoveryKeyState::confirmed);
  CHECK(state.fingerprint == fingerprint_of(made.open));
  CHECK(state.since == Instant{world.storage.clock.now().micros / 1'000'000 * 1'000'000});
  CHECK_FALSE(state.replacement_waits);
  CHECK(world.opens(made.words));
  CHECK(world.setting(kRecoveryKeySetting).find("digests") == std::string::npos);
  CHECK(world.confirmed_by(World::asked(made)).error().code == ErrorCode::conflict);  // nothing waits any more
}

TEST_CASE("a second recovery key takes the first one's place only when it is confirmed") {
  World world;
  const BackupKeys::NewWords first = world.make();
  world.confirm(first);
  const BackupKeys::NewWords second = world.make();
  CHECK(world.state().recovery == RecoveryKeyState::confirmed);
  CHECK(world.state().replacement_waits);
  CHECK(world.opens(first.words));
  CHECK_FALSE(world.opens(second.words));
  const BackupKeys::NewWords third = world.make();  // the one that was shown last is the one that is asked for
  CHECK_FALSE(world.confirmed_by(World::asked(second)));
  world.confirm(third);
  CHECK_FALSE(world.opens(first.words));
  CHECK(world.opens(third.words));
  CHECK(world.state().fingerprint == fingerprint_of(third.open));
}

TEST_CASE("the recovery box goes with the confirmed key, whatever came between the two writes") {
  World world;
  const auto box_is_for = [&](const std::optional<PublicKey>& key) {
    const auto read = key_file::read_recovery_box(world.files.path() / "keys" / "recovery.box");
    REQUIRE(read);
    return read->has_value() ? key == (*read)->public_key : !key;
  };
  CHECK(box_is_for(std::nullopt));
  const BackupKeys::NewWords first = world.make();
  CHECK(box_is_for(std::nullopt));
  REQUIRE(world.keys.seal_box(first.open));  // and then nothing was written into the database
  CHECK(box_is_for(first.open));
  REQUIRE(world.keys.open(world.storage.stores()));
  CHECK(box_is_for(std::nullopt));
  world.confirm(first);
  CHECK(box_is_for(first.open));
  const BackupKeys::NewWords second = world.make();
  REQUIRE(world.keys.seal_box(second.open));
  REQUIRE(world.keys.open(world.storage.stores()));
  CHECK(box_is_for(first.open));
  fs::remove(world.files.path() / "keys" / "recovery.box");  // a restored directory has none
  auto again = Keyring::open(world.files.path(), true, world.storage.random);
  REQUIRE(again);
  BackupKeys keys({world.storage->settings(), world.storage->audit(), *again, world.storage.clock, world.storage.random});
  REQUIRE(keys.open(world.storage.stores()));
  CHECK(box_is_for(first.open));
}

TEST_CASE("a backup passphrase opens beside the recovery key or alone, until it is removed") {
  World world;
  CHECK(world.keys.derive(Secret("short"), kCheap).error().field == "passphrase");
  const auto made = world.keys.derive(Secret("correct horse battery"), kCheap);
  REQUIRE(made);
  world.storage.write([&](Transaction& tx) { return world.keys.set_passphrase(tx, world.actor, *made); });
  CHECK(world.state().has_passphrase);
  CHECK(world.state().passphrase_since.is_set());
  CHECK(world.state().can_back_up());
  CHECK(world.setting(kBackupPassphraseSetting).find("horse") == std::string::npos);
  ArchiveHeader header;
  header.slots = *world.slots();
  REQUIRE(header.slots.size() == 1);
  CHECK(*content_key_by_passphrase(header, Secret("correct horse battery")) == world.content_key);
  CHECK_FALSE(content_key_by_passphrase(header, Secret("correct horse batterz")));
  const BackupKeys::NewWords words = world.make();
  world.confirm(words);
  CHECK(world.slots()->size() == 2);
  CHECK(world.opens(words.words));

  world.storage.write([&](Transaction& tx) { return world.keys.remove_passphrase(tx, world.actor); });
  CHECK_FALSE(world.state().has_passphrase);
  CHECK(world.slots()->size() == 1);
  const auto gone = world.storage.stores().write(
      [&](Transaction& tx) { return world.keys.remove_passphrase(tx, world.actor); });
  CHECK(gone.error().code == ErrorCode::not_found);
}

TEST_CASE("the appliance has an id, made once, and a signing key that follows from its root key") {
  World world;
  const std::string instance = world.setting(kInstanceSetting);
  CHECK(instance.size() == 36);
  REQUIRE(world.keys.open(world.storage.stores()));
  CHECK(world.setting(kInstanceSetting) == instance);
  CHECK(world.keys.signer() == fingerprint_of(backup_signer(world.keyring).open));
  CHECK(world.keys.signer() != backup_signer_fingerprint(world.storage.keys));
}
