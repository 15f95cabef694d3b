{{- /* Egress to one of the servers of the values. to, ports */ -}}
{{- define "switchboard.egressTo" -}}
- ports:
    {{- range .ports }}
    - { protocol: TCP, port: {{ . }} }
    {{- end }}
  {{- with .to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- /* Egress to, or ingress from, another part. root, other, ports, side (to, from) */ -}}
{{- define "switchboard.peer" -}}
- {{ .side }}:
    - podSelector:
        matchLabels:
          {{- include "switchboard.selector" (dict "root" .root "part" .other) | nindent 10 }}
  ports:
    {{- range .ports }}
    - { protocol: TCP, port: {{ . }} }
    {{- end }}
{{- end -}}
