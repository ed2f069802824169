// Wires the services of the administration over their stores: API keys, break-glass, reviews, and people and workspaces
// as the appliance's administrator manages them. main (and each test) builds one. The limits are made outside and
// passed in, because nearly every service reads them. Any thread may enter.
#pragma once

#include "core/access/access_reviews.h"
#include "core/access/administration_stores.h"
#include "core/access/api_keys.h"
#include "core/access/appliance_directory.h"
#include "core/access/appliance_people.h"
#include "core/access/appliance_workspaces.h"
#include "core/access/break_glass.h"
#include "core/access/limit_changes.h"
#include "core/access/network_changes.h"
#include "core/access/owners_by_letter.h"

namespace connlog {

class Administration {
 public:
  struct Parts {
    AdministrationStores stores;
    Limits& limits;
    WorkspaceNetworks& networks;
    UserStore& users;
    AccountStore& accounts;
    LinkStore& links;
    WorkspaceStore& workspaces;
    WorkspaceSettingStore& workspace_settings;
    AuditLog& audit;
    EventBus& events;
    Letters& letters;
    IdentityService& identity;
    SecondFactors& second_factors;
    const Keyring& keyring;
    const Clock& clock;
    Random& random;
    const Residents& residents;
    RetentionPlan& retention;
  };
  explicit Administration(const Parts& parts)
      : stores_(parts.stores),
        limits_(parts.limits),
        limit_changes_(parts.limits, parts.retention, parts.stores.limits, parts.audit, parts.clock),
        network_changes_({parts.networks, parts.stores.networks, parts.workspaces, parts.audit}),
        owners_(parts.stores.directory, parts.letters, parts.clock),
        api_keys_(
            {parts.stores.api_keys, parts.users, parts.audit, parts.limits, parts.keyring, parts.clock, parts.random}),
        break_glass_({parts.stores.break_glass, parts.workspaces, parts.audit, owners_, parts.events, parts.clock,
                      parts.random}),
        reviews_(
            {parts.stores.reviews, parts.workspaces, parts.audit, owners_, parts.limits, parts.clock, parts.random}),
        links_(parts.links, parts.keyring, parts.clock, parts.random),
        people_({parts.users, parts.accounts, parts.stores.directory, parts.workspaces, break_glass_, links_,
                 parts.letters, parts.audit, parts.identity, parts.second_factors, parts.clock, parts.random}),
        workspaces_({parts.workspaces, parts.workspace_settings, parts.users, parts.stores.directory, parts.residents,
                     parts.audit, parts.events, parts.clock}) {}

  Limits& limits() { return limits_; }
  LimitChanges& limit_changes() { return limit_changes_; }
  NetworkChanges& network_changes() { return network_changes_; }
  ApiKeys& api_keys() { return api_keys_; }
  BreakGlass& break_glass() { return break_glass_; }
  AccessReviews& reviews() { return reviews_; }
  AppliancePeople& people() { return people_; }
  ApplianceWorkspaces& workspaces() { return workspaces_; }
  OwnersMail& owners() { return owners_; }
  const ApplianceDirectory& directory() const { return stores_.directory; }

 private:
  AdministrationStores stores_;
  Limits& limits_;
  LimitChanges limit_changes_;
  NetworkChanges network_changes_;
  OwnersByLetter owners_;
  ApiKeys api_keys_;
  BreakGlass break_glass_;
  AccessReviews reviews_;
  Links links_;
  AppliancePeople people_;
  ApplianceWorkspaces workspaces_;
};

}  // namespace connlog
