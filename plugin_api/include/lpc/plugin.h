/* lpc/plugin.h - the plugin ABI of Liquidation Process Control: include this one. C11, and C++ from 11 on.
 *
 * A plugin is a deterministic state machine:     facts --hooks--> state        on_turn --> commands
 *
 * The host owns the facts and tells them through hooks, one hook for each kind of fact. A hook updates the plugin's state and can
 * say nothing. Once a turn, when the facts of one moment are complete, the host calls on_turn, and only there the plugin answers
 * with commands. There is no other channel: no clock, no files, no threads, no random source, no call back into the engine.
 *
 * THE FIVE LAWS (each is a test that the host can run against a plugin)
 *  1 Determinism  The same facts and turns give the same bytes of commands, in any process, on any thread, from any compiler. How
 *                 the facts are cut into hook calls is invisible.
 *  2 Facts        A fact states what IS, so told twice it changes nothing. Only FILL, TIMER and REFUSED happen once. A command
 *                 changes nothing in you until its answer comes.
 *  3 Locality     What you do for an account depends only on that account's facts and on market-wide facts (account 0). What
 *                 accounts must share (participation, fund, auction book) the host shares out, as facts. If you cannot promise
 *                 it, declare LPC_COUPLED. (Accounts put off by a work limit are the one exception: lpc_output.carried.)
 *  4 Transfer     save + load of an account between two turns is invisible (account 0: your market-wide private state).
 *  5 Refusal      LPC_REFUSED (save, load) means that nothing has changed. LPC_FAILED: the whole turn's output is discarded.
 *
 * THE PROTOCOL
 *  Sequence   A fact's seq is the moment it became so; told again it keeps it, and it does not depend on who listens. PARAM, TIMER
 *             and REFUSED carry the last number and take none of their own.
 *  Answers    Every command is answered before the next turn (command.h). The venue's final word may take ten thousand turns:
 *             orders that are PENDING, OPEN, CANCELLING or UNKNOWN still work.
 *  Close-out  ACCEPTED, RUNNING, ENDING, ENDED, then DETACH (closeout.h). end_lots is where the position must END: told again after a
 *             fill it cannot over-close. Orders before RUNNING and after ENDING are refused.
 *  Followers  A follower hears the same facts. A command byte-equal to the active's of that turn gets the active's answer, TIMER is
 *             carried out, any other is REFUSED with FOLLOWING. LPC_TURN_ACTIVE: ask again wherever your view differs from the facts.
 *  Tags       Yours, scoped to your instance, echoed in ORDER, FILL, TIMER and REFUSED. Orders of another instance are told with
 *             tag 0 and can be cancelled by id. Timers due together come in the order (time, account, tag).
 *  Budget     Lots that you may still order, working orders deducted. GRANT: amount is the total unspent; requests of one turn are
 *             served worst margin ratio first, perhaps partly; its permitted_price replaces the close-out's.
 *  Resync     Account 0: market-wide facts only; otherwise one account. What is not told between begin and end is gone; your decisions
 *             in progress stay; no turn falls inside.
 *
 * THREADS    Calls into one instance never overlap, but may come from different threads. [any] any thread; [turn] within its turn.
 * MEMORY     Whoever made it frees it. Pointers are borrowed for the one call, except lpc_host (valid until destroy).
 * ERRORS     Status codes. No exception, signal or longjmp may cross.
 * GROWTH     Minor: new kinds, codes and trailing fields, never a reused number; records stay 64 bytes. Major: a new symbol. */
#ifndef LPC_PLUGIN_H
#define LPC_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#include "account.h"
#include "auction.h"
#include "closeout.h"
#include "command.h"
#include "fact.h"
#include "hooks.h"
#include "host.h"
#include "limits.h"
#include "market.h"
#include "order.h"
#include "param.h"
#include "reason.h"
#include "record.h"
#include "status.h"
#include "turn.h"
#include "version.h"

#define LPC_EXPORT __attribute__((visibility("default")))

enum { /* lpc_plugin.flags */
    LPC_ROLE_RISK = 1u,       /* decides WHO is closed out and HOW FAR        */
    LPC_ROLE_LIQUIDATOR = 2u, /* decides HOW                                  */
    LPC_COUPLED = 1u << 16    /* cannot promise law 3: never split into arms  */
};

#ifdef __cplusplus
extern "C" {
#endif

/* The table that a plugin file exports, const, under the one name lpc_plugin_v0. Argument order: self, inputs, outputs; a length
 * follows its array; pointers are never NULL unless said. */
typedef struct lpc_plugin {
    uint32_t struct_size; /* sizeof(lpc_plugin) at your build           */
    uint16_t abi_major;
    uint16_t abi_minor;  /* the least minor that you need from the host */
    uint32_t flags;      /* one role, LPC_COUPLED                       */
    uint32_t record_max; /* most bytes that save writes for one account */

    const char *id;      /* "org.example.twap"                          */
    const char *version; /* of the plugin                               */
    const char *build;   /* source revision, for the audit log          */
    const char *state_id;           /* the format that save writes, or NULL           */
    const char *const *state_loads; /* NULL-ended list of formats that load takes, or NULL */
    const lpc_param *params;        /* NULL if param_count is 0                       */
    uint64_t param_count;

    lpc_instance *(*create)(const lpc_host *host, char *err, size_t err_size); /* NULL: see err (text, ended by 0)   [any]  */
    void (*destroy)(lpc_instance *self);                                       /*                                    [any]  */
    lpc_status (*on_turn)(lpc_instance *self, const lpc_turn *turn, lpc_output *out);             /*                 [turn] */
    lpc_status (*save)(lpc_instance *self, uint64_t account, lpc_record *out); /* NULL if state_id is NULL           [turn] */
    lpc_status (*load)(lpc_instance *self, uint64_t account, uint32_t format,
                       const lpc_record *in); /* format: index in state_loads; bytes may be hostile; or NULL         [turn] */
    const void *(*extension)(const char *id); /* or NULL                                                             [any]  */
    const lpc_hooks *hooks;
    uint64_t hooks_size; /* sizeof(lpc_hooks) at your build: kinds beyond it are not told */
} lpc_plugin;

LPC_EXPORT extern const lpc_plugin lpc_plugin_v0; /* becomes lpc_plugin_v1 when the ABI is frozen */

#ifdef __cplusplus
}
#endif

#endif
