# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 几种取舍，上会用 · The front: trade-offs for a meeting
#
# 有些事没有标准答案：少动几个人，还是让骨干更均衡，还是让大家走得近一些。三样不能样样最好，但也不必凭印象争。
# 这份笔记把“不能再白白变好”的方案摆出来：表上的每一个方案，哪一样想再好一点，另一样就一定要变差。
# 会上只要在这几个里选。
#
# 一、拿哪几样来取舍 · 二、找出几种取舍 · 三、怎样读 · 四、单看一个方案 · 五、两个方案差在哪些人 · 六、带到会上去

# %%
import rotation_planner as rp

# %% [markdown]
# ## 一、拿哪几样来取舍 · What is traded
#
# 可以拿两样或三样。这里拿三样：交流的总人数（`moves`）、骨干在各校的均衡（`evenness`）、路程（`distance`）。
#
# 取舍有底线：每一条必须遵守的规则照守；排在前面的目标（应交流的人尽数安排、学科缺额最小）保持最好，不拿来交换。
#
# ## 二、找出几种取舍 · Find the front
#
# 这一格要编十几次方案，稍等。`points` 写得大一些，找得就细一些：

# %%
scenario = rp.load_scenario("../scenarios/haitang")
front = rp.tradeoffs(scenario, ["moves", "evenness", "distance"], points=8)
front

# %% [markdown]
# ## 三、怎样读 · How to read it
#
# 第一张表一行是一个方案，三样都是越小越好。“已证明不可再优”是说：没有任何方案能在一样上更好、其余两样都不差。
# 其中四个有名字：
#
# - **稳**：动的人最少，43人。
# - **均**：骨干最均衡；但比起“稳”，均衡只好了一点点，却要多动2人、多走5公里。
# - **近**：路程最短，多动3人，换来的只是少走7公里，均衡也最差。这就是上会时要说清的：近一点点，要用别的去换。
# - **衡**：各方兼顾，哪一样都不是最好，也都不差。
#
# 第二张表把这四个逐项并列，各项指标都在。图上一个点是一个方案，越靠左下越好。
#
# ## 四、单看一个方案 · One plan
#
# 图里标出“衡”在哪里：

# %%
front.picture("balanced")

# %% [markdown]
# 它就是一个完整的方案，可以照常看名单、看某一所学校：

# %%
front.named["balanced"].outcome.school("海棠区实验小学")

# %% [markdown]
# ## 五、两个方案差在哪些人 · Who differs
#
# 领导常问：“稳”和“均”差的到底是谁？稳是第一个，均是第二个：

# %%
rp.compare(front.named["steady"].plan, front.named["even"].plan)

# %% [markdown]
# ## 六、带到会上去 · For the meeting
#
# 加上 `out="文件夹"`，每个有名字的方案写成一页，另有一页并列比较，图也在里面；选定以后，那个方案的文件夹里名单、
# 核查样样齐全。
#
# 想拿别的来取舍，把第二节引号里的名称换掉：`wishes` 是未遂的志愿，也可以直接写目标的编号（如 `fewest-moves`）。
# 写错了会列出可以用的名称。
#
# ---
#
# **In English.** Fewer moves, an even share of backbone teachers, short ways: not all three can be best. The front
# holds every plan of which no part can be bettered without another getting worse (each proven), with every must rule
# and the first two goals held. Four of them are named by what they favour: steady, even, near, balanced. Then one of
# them on the picture and for one school, two of them person by person, and the pages for a meeting.
