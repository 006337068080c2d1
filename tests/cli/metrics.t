# SPDX-License-Identifier: Apache-2.0
#
# The metrics of a running agent. Its driver is that of tests/plugin, which has counted five
# events and returns none.

$ ./beside saker stats --metrics | grep -E '^(saker_(driver|event_|events_|reloads|rule)|falcosecurity_(scap_n_(evts|drops)|falco_rules))'
> - rule: a "quoted" \ name
>   desc: d
>   output: o
>   priority: WARNING
>   tags: [T1059, mitre-execution]
>   condition: evt.type = open
> - rule: second
>   desc: d
>   output: o
>   priority: INFO
>   condition: evt.type = connect
| saker_driver_info{driver="ebpf",why="--driver names it"} 1
| saker_driver_up 1
| saker_driver_build_info{release="test",abi="1.0"} 1
| saker_driver_state{state="idle"} 0
| saker_driver_state{state="armed"} 1
| saker_driver_state{state="orphan"} 0
| saker_driver_state{state="disarmed"} 0
| saker_event_hits_total{event="open"} 7
| saker_events_recorded_total{event="open"} 4
| saker_events_filtered_total{event="open"} 1
| saker_events_lost_total{event="open",reason="ring_full"} 2
| falcosecurity_scap_n_evts_total 6
| falcosecurity_scap_n_drops_total 2
| saker_events_total 0
| saker_rules 2
| saker_rule_files_skipped 0
| saker_rules_generation 1
| saker_reloads_total{result="taken"} 0
| saker_reloads_total{result="refused"} 0
| saker_rule_evaluations_total{rule_name="a \"quoted\" \\ name"} 0
| saker_rule_evaluations_total{rule_name="second"} 0
| falcosecurity_falco_rules_matches_total{priority="4",rule_name="a \"quoted\" \\ name",source="syscall",tag_T1059="true",tag_mitre_execution="true"} 0
| falcosecurity_falco_rules_matches_total{priority="6",rule_name="second",source="syscall"} 0
| saker_rule_undecided_total{rule_name="a \"quoted\" \\ name"} 0
| saker_rule_undecided_total{rule_name="second"} 0
| saker_rule_sampled_evaluations_total{rule_name="a \"quoted\" \\ name"} 0
| saker_rule_sampled_evaluations_total{rule_name="second"} 0
| saker_rule_sampled_seconds_total{rule_name="a \"quoted\" \\ name"} 0.000000000
| saker_rule_sampled_seconds_total{rule_name="second"} 0.000000000

$ ./beside saker stats --metrics | grep -A 2 'HELP saker_driver_up'
> - rule: r
>   desc: d
>   output: o
>   priority: INFO
>   condition: evt.type = open
| # HELP saker_driver_up 1 if the driver answered; 0 if not, then its other metrics are missing
| # TYPE saker_driver_up gauge
| saker_driver_up 1

# --metrics cannot be combined with other formats, and needs a running agent.
$ saker stats --metrics --json
| saker: --metrics cannot be combined with --json or --rules
? 2
$ saker stats --metrics --rules
| saker: --metrics cannot be combined with --json or --rules
? 2
$ saker stats --metrics --socket /nowhere
| saker: no agent answers on /nowhere: is `saker run` running? give another socket with --socket
? 3

# saker list metrics prints the table of docs/metrics.md.
$ saker list metrics | head -n 4
| saker_build_info{version}  gauge
|     1; the version of the agent
| falcosecurity_evt_hostname_info{hostname}  gauge
|     1; the name of the host of the events
$ saker list metrics --json | grep -o '{"name":"saker_events_lost_total"[^}]*}'
| {"name":"saker_events_lost_total","type":"counter","labels":["event","reason"],"doc":"events dropped instead of recorded, by reason; no sample if none"}
$ saker list metrcs
| saker: no list of metrcs: there are events, fields, syscalls, rules and metrics; did you mean metrics?
? 2
