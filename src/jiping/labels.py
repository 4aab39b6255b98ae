"""The labels of the codebook: stable English keys for files and code, Chinese names for people.

The order of a layer is part of a model's output shape; a new label goes to the end.
"""

from __future__ import annotations

from typing import Final

# codebook §1
SECTIONS: Final = {
    "front_matter": "标题与封面",
    "functions": "部门职能与机构",
    "work_plan": "年度总体工作与重点任务",
    "performance_targets": "绩效目标",
    "finance": "收支与预算执行情况",
    "performance_management": "绩效管理情况",
    "self_rating": "自评结论",
    "task_completion": "履职效能与任务完成情况",
    "achievements": "主要成效",
    "management_efficiency": "管理效率",
    "problems": "存在的问题",
    "measures": "改进措施",
    "appendix": "附件与其他",
}

# codebook §2
KINDS: Final = {
    "heading": "标题",
    "problem": "问题",
    "measure": "改进措施",
    "target": "目标",
    "result": "成果",
    "finance": "收支",
    "other": "其他",
}

# Kinds whose statements form items (codebook, preamble).
ITEM_KINDS: Final = ("problem", "measure", "target")

# codebook §3
AREAS: Final = {
    "budget_preparation": "预算编制",
    "budget_execution": "预算执行",
    "performance_targets": "绩效目标与指标",
    "monitoring_evaluation": "绩效监控与评价",
    "result_application": "评价结果应用",
    "performance_capacity": "绩效管理意识与能力",
    "planning_linkage": "规划与预算衔接",
    "project_management": "项目管理",
    "fund_use": "资金使用与监管",
    "financial_accounting": "财务与会计基础",
    "procurement": "采购管理",
    "asset_management": "资产管理",
    "internal_control": "内控与制度",
    "disclosure": "信息公开",
    "coordination": "部门协同与工作机制",
    "staffing": "人员与机构",
    "cost_control": "运行成本",
    "service_delivery": "履职与服务成效",
    "external_factors": "外部与客观因素",
    "other": "其他",
}

# codebook §4
CLARITY: Final = {"quantified": "量化", "specific": "定性可核验", "vague": "空泛"}

FLAGS: Final = {
    "no_value": "无指标值",
    "no_deadline": "无时限",
    "no_object": "对象不明",
    "no_baseline": "只说提升，无基期",
    "degree_words": "程度词或口号",
    "result_as_target": "目标写成了总结",
    "no_problem": "找不到对应问题",
    "no_owner": "无责任主体",
    "no_product": "无可核验成果",
}

# codebook §5
CHECKS: Final = {
    "component_sum": "分项与合计不符",
    "ratio": "比率不符",
    "growth": "增减幅不符",
    "part_exceeds_whole": "部分大于整体",
    "balance": "收支不平",
    "malformed_number": "数字格式错误",
    "score_sum": "得分不符",
}

# Kinds of report that metadata tells apart.
REPORT_KINDS: Final = {
    "whole_department": "部门整体支出绩效自评",
    "project": "项目支出绩效自评",
    "transfer": "转移支付绩效自评",
    "evaluation": "绩效评价报告",
    "final_account": "部门决算绩效说明",
}

LEVELS: Final = {"weak": "薄弱", "watch": "关注", "sound": "较好"}
